import { once } from 'node:events';
import { createServer } from 'node:net';
import { errnoCode, type ListenAddress, StartError } from '#libs/identity';

/**
 * Makes sure that this process can listen at an address, before anything else is started.
 * @param variable that the address comes from
 * @throws StartError if it is taken, not this machine's, or not for this user
 */
export async function assertFreePort(variable: string, { host, port }: ListenAddress): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw explain(`${host}:${port} (${variable})`, cause);
  }
  server.close();
  await once(server, 'close');
}

function explain(address: string, cause: unknown): unknown {
  switch (errnoCode(cause)) {
    case 'EADDRINUSE':
      return new StartError(address, 'is taken', 'stop the program that has it, or set another', { cause });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(address, 'is not an address of this machine', 'set another', { cause });
    case 'EACCES':
      return new StartError(address, 'may not be used by this user', 'set a port over 1023', { cause });
    default:
      return cause;
  }
}
