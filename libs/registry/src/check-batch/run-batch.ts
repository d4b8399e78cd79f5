import type { CheckDependencies } from '../duplicate-check/check.js';
import { checkBatch, type BatchPicture } from '../duplicate-check/check-batch.js';
import type { CheckBatch } from './batch.js';
import type { BatchStore } from './ports.js';

const PAGE = 100;

export interface RunBatchDeps extends CheckDependencies {
  readonly batches: BatchStore;
}

/** How each picture of a batch is asked. */
export interface RunBatchTerms {
  /** Candidates to show of each picture, 1 to 100. */
  readonly limit: number;
  /** Milliseconds for the federation to answer one picture. */
  readonly budgetMs: number;
  /** Ends the run between two pictures; what was not asked waits for the next run. */
  readonly stop: AbortSignal;
}

/**
 * Checks all that waits in a started batch and keeps each check as it comes, so that a run that was broken off, by
 * whatever, is taken up by the next.
 * @throws RegistryError FEDERATION_UNAVAILABLE if the coordinator's stream broke; the rest still waits
 */
export async function runBatch(deps: RunBatchDeps, batch: CheckBatch, terms: RunBatchTerms): Promise<void> {
  const checks = checkBatch(deps, {
    pictures: waitingPictures(deps.batches, batch.batchId, terms.stop),
    actor: { kind: 'person', name: batch.askedBy },
    limit: terms.limit,
    budgetMs: terms.budgetMs,
  });
  for await (const { name, check } of checks) {
    await deps.batches.finish(batch.batchId, Number(name), check, batch.askedBy);
  }
  if (!terms.stop.aborted) await deps.batches.close(batch.batchId);
}

async function* waitingPictures(
  batches: BatchStore,
  batchId: string,
  stop: AbortSignal,
): AsyncGenerator<BatchPicture> {
  let after = 0;
  for (;;) {
    const page = await batches.waiting(batchId, PAGE, after);
    for (const { place, fingerprinted } of page) {
      if (stop.aborted) return;
      yield { name: String(place), fingerprinted };
    }
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.place;
  }
}
