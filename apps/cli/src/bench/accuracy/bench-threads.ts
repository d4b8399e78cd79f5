import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { projectRoot } from '../../home/project-root.js';

const MAX_WAITING_PER_THREAD = 8;

/** Threads that run one of the bench's workers. */
export interface BenchThreads<Task, Reply> {
  run(task: Task): Promise<Reply>;
  close(): Promise<void>;
}

/**
 * Starts the threads; resolves when each of them has answered, because one that is ended while it loads takes the process with it.
 * @param worker path of the built worker below dist/apps/cli/src/bench/accuracy
 * @param idle a task that asks for nothing
 * @param threads 1 or more; at most nine tasks for each may be under way or waiting
 * @throws Error if the built worker is missing or cannot be loaded
 */
export async function startThreads<Task, Reply>(
  worker: string,
  idle: Task,
  threads: number,
): Promise<BenchThreads<Task, Reply>> {
  const filename = join(projectRoot(), 'dist', 'apps', 'cli', 'src', 'bench', 'accuracy', worker);
  if (!existsSync(filename)) throw new Error(`${filename} is missing: run "npm run build"`);
  const pool = new Piscina<Task, Reply>({
    filename,
    minThreads: threads,
    maxThreads: threads,
    maxQueue: threads * MAX_WAITING_PER_THREAD,
  });
  try {
    await Promise.all(Array.from({ length: threads }, () => pool.run(idle)));
  } catch (error) {
    await pool.destroy();
    throw error;
  }
  return { run: (task) => pool.run(task), close: () => pool.destroy() };
}
