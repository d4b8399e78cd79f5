import type { AnswerVerification, FingerprintReader } from '#libs/registry';
import type { Logger } from 'pino';
import type { NodeConfig } from '../config.js';
import { createVerifierPool } from './verifier-pool.js';

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
  return { verifier, fingerprints, candidates: verifyCandidates, budgetMs: verifyBudgetMs };
}
