import { execFile } from 'node:child_process';
import { readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PersistenceError, systemCode } from './persistence-error.js';

const run = promisify(execFile);

/** A server process that lives and serves a data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** It accepts connections. */
  readonly ready: boolean;
}

/**
 * The server of this data folder, by its postmaster.pid, whoever started it; undefined if there is none. What a crash
 * left of that file is removed when its process id has gone to another program, since the server would trust it.
 */
export async function findPostmaster(dataFolder: string): Promise<Postmaster | undefined> {
  const pidFile = join(dataFolder, 'postmaster.pid');
  let lines: string[];
  try {
    lines = (await readFile(pidFile, 'utf8')).split('\n');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) {
    return undefined;
  }
  if (!(await serves(pid, dataFolder))) {
    await rm(pidFile, { force: true });
    return undefined;
  }
  return { pid, port: Number(lines[3]), ready: (lines[7] ?? '').trim() === 'ready' };
}

/**
 * Fast shutdown: open transactions are rolled back, everything committed is flushed. Waits until the process is gone.
 * @throws PersistenceError DAMAGED if it lives on for a minute and even an immediate shutdown does not end it
 */
export async function stopPostmaster(dataFolder: string, pid: number): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 60_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    if (!(await serves(pid, dataFolder))) {
      return;
    }
    process.kill(pid, signal);
    const end = performance.now() + patience;
    while (performance.now() < end) {
      if (!isAlive(pid) || !(await serves(pid, dataFolder))) {
        return;
      }
      await delay(20);
    }
  }
  throw new PersistenceError(
    'DAMAGED',
    `the database server (process ${pid}) does not stop`,
    'read server.log in the data folder, then end that process',
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** Process ids are given again: a server is known by its working directory, which is its data folder. */
async function serves(pid: number, dataFolder: string): Promise<boolean> {
  try {
    if (process.platform === 'linux') {
      return (await readlink(`/proc/${pid}/cwd`)) === dataFolder;
    }
    const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)]);
    return stdout.includes(dataFolder);
  } catch {
    // The process has ended, or belongs to somebody else: not this folder's server.
    return false;
  }
}
