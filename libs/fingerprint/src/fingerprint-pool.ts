import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { RegistryError, type FingerprintedPicture, type Fingerprinter } from '#libs/registry';
import { readModel } from './embed-picture.js';
import { type WorkerReply } from './fingerprint-worker.js';
import { MODEL_DIGEST, MODEL_FILE_SHA256 } from './model.js';
import { modelPath, repositoryRoot } from './package-files.js';

const MAX_THREADS = 16;
const MAX_WAITING_PER_THREAD = 8;
const CLOSE_PATIENCE_MS = 30_000;

/** A fingerprinter that works on several pictures at once, each in a thread of its own. */
export interface FingerprintPool extends Fingerprinter {
  readonly threads: number;
  /** Pictures that may be under way or waiting; one more is refused with TOO_MANY. */
  readonly capacity: number;
  /** Whether one more picture would have to wait for a thread. */
  readonly busy: boolean;
  /** Waits for the pictures under way and ends the threads; pictures that come later are rejected. */
  close(): Promise<void>;
}

/**
 * Starts threads that each hold the model (about 100 MB); resolves when all of them do.
 * @param options.threads 1 to 16; by default one a processor
 * @throws Error if the built worker is missing, or the model's file is missing or is another than this version's
 */
export async function createFingerprintPool(options: { threads?: number } = {}): Promise<FingerprintPool> {
  const threads = Math.min(MAX_THREADS, Math.max(1, options.threads ?? availableParallelism()));
  const waiting = threads * MAX_WAITING_PER_THREAD;
  const filename = join(repositoryRoot(), 'dist', 'libs', 'fingerprint', 'src', 'fingerprint-worker.js');
  if (!existsSync(filename)) throw new Error(`${filename} is missing: run "npm run build"`);
  await readModel(modelPath(), MODEL_FILE_SHA256);
  const pool = new Piscina<Uint8Array, WorkerReply>({
    filename,
    minThreads: threads,
    maxThreads: threads,
    maxQueue: waiting,
  });
  // A thread that is ended while it loads the model takes the whole process with it: every one answers once before that.
  try {
    await Promise.all(Array.from({ length: threads }, () => pool.run(new Uint8Array())));
  } catch (error) {
    await pool.destroy();
    throw error;
  }
  let closing = false;
  return {
    modelDigest: MODEL_DIGEST,
    threads,
    capacity: threads + waiting,
    get busy() {
      return pool.idleThreads === 0;
    },
    async fingerprint(picture: Uint8Array): Promise<FingerprintedPicture> {
      if (closing) throw new Error('the fingerprint pool is closed');
      if (pool.queueSize >= waiting) {
        throw new RegistryError(
          'TOO_MANY',
          'picture',
          `${threads + waiting} pictures are under way already`,
          'offer it again when one of them is done',
        );
      }
      const reply = await pool.run(picture);
      if (reply.ok) return reply.value;
      throw new RegistryError(reply.code, reply.field, reply.problem, reply.remedy);
    },
    async close(): Promise<void> {
      closing = true;
      const end = Date.now() + CLOSE_PATIENCE_MS;
      while (pool.idleThreads < pool.threads.length && Date.now() < end) await pause(20);
      await pool.destroy();
    },
  };
}
