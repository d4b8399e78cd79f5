import { type CandidateVerifier } from '#libs/registry';
import { startThreads } from './bench-threads.js';
import { type VerifyReply, type VerifyTask } from './verify-worker.js';

/** Verifies several queries at once, each in a thread of its own. */
export interface VerifierPool extends CandidateVerifier {
  /** How long each query's candidates took in its thread, decoding included, milliseconds. */
  readonly times: readonly number[];
  close(): Promise<void>;
}

/**
 * Starts threads that compare by `matchPair`, the function that members compare by. A data set waits for every
 * comparison: no deadline cuts it short, so that its answers do not depend on the machine.
 * @param threads 1 or more
 * @throws Error if the built worker is missing
 */
export async function createVerifierPool(threads: number): Promise<VerifierPool> {
  const idle = { query: new Uint8Array(), candidates: [] };
  const pool = await startThreads<VerifyTask, VerifyReply>('verify-worker.js', idle, threads);
  const times: number[] = [];
  return {
    times,
    async verify(query, candidates) {
      const { verifications, ms } = await pool.run({ query, candidates });
      times.push(ms);
      return verifications;
    },
    close: () => pool.close(),
  };
}
