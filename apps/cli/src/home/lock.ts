import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Problem } from '../problem.js';
import { errorCode, explainFileError, readTextIfThere, writeWhole } from './files.js';
import { type WeftHome } from './weft-home.js';

const holderSchema = z.object({
  pid: z.int().positive(),
  /** Start of that process, in the kernel's ticks since boot; a pid alone may belong to another process by now. */
  started: z.string(),
  stopping: z.boolean(),
});

type Holder = z.infer<typeof holderSchema>;

/** The right to run this home's processes, held by one process at a time. */
export interface HomeLock {
  /** Tells a start that waits that this one is on its way out. */
  announceStop(): void;
  release(): void;
}

/**
 * Takes the lock of a home; that of a process which is gone is taken over, one that is stopping is awaited.
 * @param patience milliseconds to wait for a process that is stopping
 * @throws Problem naming the process that holds it
 */
export async function lockHome(home: WeftHome, patience = 30_000): Promise<HomeLock> {
  const path = join(home.run, 'up.lock');
  const mine: Holder = { pid: process.pid, started: startOf(process.pid) ?? '', stopping: false };
  for (const end = Date.now() + patience; ;) {
    if (create(path, mine)) return held(path, mine);
    const holder = readHolder(path);
    if (holder === undefined || startOf(holder.pid) !== holder.started) {
      removeStale(path, holder);
      continue;
    }
    if (!holder.stopping || Date.now() > end) {
      throw new Problem(
        'WEFT_HOME',
        `${home.root} is in use by process ${holder.pid}`,
        `stop that one first (kill ${holder.pid}), or set WEFT_HOME to another folder and WEFT_PORT_BASE to other ports`,
      );
    }
    await pause(200);
  }
}

function held(path: string, mine: Holder): HomeLock {
  return {
    announceStop: () => writeWhole(path, JSON.stringify({ ...mine, stopping: true })),
    release: () => rmSync(path, { force: true }),
  };
}

/** Makes the lock with its content at once: nobody sees it half written. */
function create(path: string, holder: Holder): boolean {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeWhole(draft, JSON.stringify(holder));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw explainFileError(error, path);
  } finally {
    rmSync(draft);
  }
}

/** Removes the lock of a dead process, unless another start has just replaced it. */
function removeStale(path: string, stale: Holder | undefined): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw explainFileError(error, path);
  }
  const found = readHolder(aside);
  if (found?.pid !== stale?.pid || found?.started !== stale?.started) renameSync(aside, path);
  else rmSync(aside);
}

function readHolder(path: string): Holder | undefined {
  const text = readTextIfThere(path);
  if (text === undefined) return undefined;
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/** When a process started, as far as the system tells: undefined if it does not run (a zombie does not). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch (error) {
    if (process.platform === 'linux' && errorCode(error) === 'ENOENT') return undefined;
  }
  try {
    process.kill(pid, 0);
    return '';
  } catch (error) {
    return errorCode(error) === 'EPERM' ? '' : undefined;
  }
}
