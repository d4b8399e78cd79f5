import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports that the system gives, each another: they are free now, whatever else runs on this machine. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** A port base above which the ports of a whole federation are free now; another for each jest worker. */
export async function freePortBase(): Promise<number> {
  const worker = Number(process.env['JEST_WORKER_ID'] ?? '1');
  for (let base = 21_000 + worker * 2_000; base < 23_000 + worker * 2_000; base += 40)
    if (await areFree(base, 32)) return base;
  throw new Error('no free range of ports for a federation');
}

async function areFree(base: number, count: number): Promise<boolean> {
  for (let port = base; port < base + count; port += 1) if (!(await isFree(port))) return false;
  return true;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
