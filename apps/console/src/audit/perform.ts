import { ApiProblem, callForFile } from '../api/client.js';
import type { FromWorker, Task, TaskResults, ToWorker } from './tasks.js';

interface PerformOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many files of the log were read so far. */
  readonly onRead?: (files: number) => void;
}

/**
 * Lets a worker do a task, and gets it the files of this node's log that it asks for.
 * @throws Error with what the library says of a policy or a file; ApiProblem if the node does not give a file
 */
export async function perform<Kind extends Task['kind']>(
  task: Extract<Task, { kind: Kind }>,
  options?: PerformOptions,
): Promise<TaskResults[Kind]>;
export async function perform(task: Task, options: PerformOptions = {}): Promise<TaskResults[Task['kind']]> {
  const worker = new Worker(new URL('./audit-worker.ts', import.meta.url), { type: 'module' });
  const give = (message: ToWorker): void => worker.postMessage(message);
  let read = 0;
  let refused: unknown = null;
  const fetchFile = async (path: string): Promise<void> => {
    try {
      give({ file: path, bytes: await logFile(path, options.signal) });
      options.onRead?.((read += 1));
    } catch (error) {
      refused = error;
      give({ file: path, problem: String(error) });
    }
  };
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if ('need' in data) void fetchFile(data.need);
        else if ('done' in data) resolve(data.done);
        else reject(refused instanceof Error ? refused : new Error(data.failed));
      };
      worker.onerror = ({ message }) => reject(new Error(message || 'the worker did not start'));
      options.signal?.addEventListener('abort', () => reject(new Error('no longer wanted')));
      give({ task });
    });
  } finally {
    worker.terminate();
  }
}

/** A file of this node's log (c2sp.org/tlog-tiles); null if it has none of this path. */
async function logFile(path: string, signal: AbortSignal | undefined): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await (await callForFile(`/log/${path}`, signal)).arrayBuffer());
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
