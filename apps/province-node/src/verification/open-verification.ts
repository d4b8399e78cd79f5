import { Turns, type AnswerVerification, type FingerprintReader } from '#libs/registry';
import { traceCandidates } from '#libs/tracing';
import type { Logger } from 'pino';
import type { NodeConfig } from '../config.js';
import { createVerifierPool } from './verifier-pool.js';

/** Questions under verification at once, for each thread: the next one's fingerprints are read while one is compared. */
const AT_ONCE_A_THREAD = 2;
/** Questions of one province that wait: four groups of a batch. */
const WAITING_EACH = 256;

/** Starts the threads that verify candidates; what ends them is added to `closing`. */
export async function openVerification(
  { verifyCandidates, verifyBudgetMs }: Pick<NodeConfig, 'verifyCandidates' | 'verifyBudgetMs'>,
  fingerprints: FingerprintReader,
  logger: Logger,
  closing: (() => Promise<void> | void)[],
): Promise<AnswerVerification> {
  const verifier = await createVerifierPool({
    report: (problem) => logger.error({ problem }, 'a candidate cannot be verified'),
  });
  closing.push(() => verifier.close());
  const turns = new Turns({
    field: 'question',
    atOnce: AT_ONCE_A_THREAD * verifier.threads,
    waitingEach: WAITING_EACH,
    monotonic: () => performance.now(),
  });
  return {
    verifier: traceCandidates(verifier),
    fingerprints,
    turns,
    candidates: verifyCandidates,
    budgetMs: verifyBudgetMs,
  };
}
