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
 * Starts threads that compare as a member's do.
 * @param threads 1 or more
 * @param report told why a candidate could not be compared
 * @throws Error if the built worker is missing
 */
export async function createVerifierPool(
  threads: number,
  report: (problem: string) => void,
): Promise<VerifierPool> {
  const idle = { query: new Uint8Array(), candidates: [], deadline: new Date(0) };
  const pool = await startThreads<VerifyTask, VerifyReply>('verify-worker.js', idle, threads);
  const times: number[] = [];
  return {
    times,
    async verify(query, candidates, deadline) {
      const { found, problems, ms } = await pool.run({ query, candidates, deadline });
      problems.forEach(report);
      times.push(ms);
      return found;
    },
    close: () => pool.close(),
  };
}
