import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PersistenceError } from './persistence-error.js';

const run = promisify(execFile);

/** The user that the server's processes run as; undefined: the user of this process. */
export type ServerAccount = { readonly uid: number; readonly gid: number } | undefined;

/**
 * PostgreSQL refuses to run as root, so root gives the server the account "postgres" where there is one, else "nobody".
 * @throws PersistenceError UNSUITABLE when this process is root and neither account exists
 */
export async function chooseServerAccount(): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  for (const name of ['postgres', 'nobody']) {
    const account = await findAccount(name);
    if (account !== undefined) {
      return account;
    }
  }
  throw new PersistenceError(
    'UNSUITABLE',
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor a user "nobody" to run it as',
    'run Weft as another user, or create a system user "postgres"',
  );
}

async function findAccount(name: string): Promise<ServerAccount> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    // `id` fails for an unknown user; the caller tries the next one.
    return undefined;
  }
}
