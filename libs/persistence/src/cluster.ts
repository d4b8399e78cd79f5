import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  statfs,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { explainServerOutput } from './explain-server-output.js';
import { explainFileError, noSpace, systemCode } from './persistence-error.js';
import { type PostgresBinaries, findPostgresBinaries } from './postgres-binaries.js';
import { writeSecretFile } from './secret-file.js';
import { type ServerAccount, chooseServerAccount } from './server-account.js';

const run = promisify(execFile);

/** The superuser that only the launcher uses. */
export const SUPERUSER = 'postgres';

/** A new cluster takes 39 MB, its first write-ahead logs included. */
const NEW_CLUSTER_BYTES = 64 * 1024 * 1024;

/** A database cluster that is complete on disk. */
export interface Cluster {
  /** Absolute, without symbolic links. */
  readonly dataFolder: string;
  readonly logFile: string;
  readonly password: string;
  readonly account: ServerAccount;
  readonly binaries: PostgresBinaries;
}

/**
 * The cluster below `folder`, made on first use: UTF-8, locale C, SCRAM passwords only. It is built beside its place and
 * renamed, so that it is there whole or not at all, whoever is killed meanwhile and however many start at once.
 * @throws PersistenceError NO_BINARIES, NO_PERMISSION, NO_SPACE, UNSUITABLE, DAMAGED
 */
export async function prepareCluster(folder: string): Promise<Cluster> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const root = await realpath(folder);
    const chosen = await chooseServerAccount();
    const binaries = await findPostgresBinaries(chosen, root);
    const home = join(root, 'cluster');
    if (await exists(home)) {
      await removeUnfinished(root);
    } else {
      await createCluster(home, binaries, chosen);
    }
    const dataFolder = join(home, 'data');
    return {
      dataFolder,
      logFile: join(root, 'server.log'),
      password: await readFile(join(home, 'superuser-password'), 'utf8'),
      account: chosen && (await ownerOf(dataFolder, chosen)),
      binaries,
    };
  } catch (error) {
    throw explainFileError(error, folder);
  }
}

/**
 * How the server's own processes name the data folder. Root's server runs as another user, who may not be able to walk
 * the path to it (a clone below /root); as the working directory it is reachable all the same.
 */
export function dataFolderArgument(dataFolder: string, account: ServerAccount): string {
  return account !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : dataFolder;
}

/** What the server's processes get of this process's environment. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

async function refuseFullDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < NEW_CLUSTER_BYTES) {
    throw noSpace(folder);
  }
}

async function createCluster(
  home: string,
  binaries: PostgresBinaries,
  account: ServerAccount,
): Promise<void> {
  await refuseFullDisk(dirname(home));
  const unfinished = await mkdtemp(`${home}.`);
  try {
    const dataFolder = join(unfinished, 'data');
    const passwordFile = join(unfinished, 'superuser-password');
    await mkdir(dataFolder, { mode: 0o700 });
    await writeSecretFile(passwordFile, randomBytes(24).toString('base64url'));
    if (account !== undefined) {
      await chmod(unfinished, 0o711);
      await chown(dataFolder, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await initialise(dataFolder, binaries, account);
    await rename(unfinished, home);
  } catch (error) {
    if (!(await exists(home))) {
      throw error;
    }
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function initialise(
  dataFolder: string,
  binaries: PostgresBinaries,
  account: ServerAccount,
): Promise<void> {
  const options = [
    `--pgdata=${dataFolderArgument(dataFolder, account)}`,
    `--username=${SUPERUSER}`,
    '--pwfile=../superuser-password',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
  ];
  try {
    await run(binaries.initdb, options, {
      cwd: dataFolder,
      env: serverEnvironment(),
      timeout: 120_000,
      ...account,
    });
  } catch (error) {
    throw explainServerOutput(String(error), dataFolder, error);
  }
}

/** A folder restored by root from a backup belongs to root: it is given back to the server's account. */
async function ownerOf(
  dataFolder: string,
  account: NonNullable<ServerAccount>,
): Promise<NonNullable<ServerAccount>> {
  const { uid, gid } = await stat(dataFolder);
  if (uid !== 0) {
    return { uid, gid };
  }
  await giveTo(dataFolder, account);
  return account;
}

async function giveTo(path: string, account: NonNullable<ServerAccount>): Promise<void> {
  await chown(path, account.uid, account.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    await (entry.isDirectory() ? giveTo(inner, account) : chown(inner, account.uid, account.gid));
  }
}

async function removeUnfinished(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith('cluster.')) {
      await rm(join(root, name), { recursive: true, force: true });
    }
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
