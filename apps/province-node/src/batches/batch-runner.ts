import { cancelledBy, type CheckBatch, RegistryError, runBatch, type RunBatchDeps } from '#libs/registry';
import type { Logger } from 'pino';

const BATCHES_AT_ONCE = 2;
const CANDIDATES = 10;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Runs in a row that may break off without one more picture being checked. */
const FRUITLESS_RUNS = 10;

export interface BatchRunnerDeps extends RunBatchDeps {
  /** Milliseconds for the federation to answer one picture. */
  readonly budgetMs: number;
  readonly logger: Logger;
  /** Waits so many milliseconds, or less if `signal` aborts; never throws. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Runs started batches, two at once, oldest first; whatever a stopped node left is taken up by `wake`. */
export class BatchRunner {
  private readonly active = new Map<string, { readonly run: Promise<void>; readonly end: AbortController }>();
  private readonly stopping = new AbortController();
  private looking: Promise<void> = Promise.resolve();

  constructor(private readonly deps: BatchRunnerDeps) {}

  /** Starts a batch that has all its pictures. @throws RegistryError NOT_FOUND; WRONG_STATE while pictures are missing */
  async start(batchId: string): Promise<CheckBatch> {
    const batch = await this.deps.batches.start(batchId);
    this.wake();
    return batch;
  }

  /**
   * Ends a batch: pictures that are being asked still get their check in the list of checks, the others are told that it was
   * cancelled. @throws RegistryError NOT_FOUND
   */
  async cancel(batchId: string, user: string): Promise<CheckBatch> {
    const batch = await this.deps.batches.cancel(batchId, cancelledBy(user));
    this.active.get(batchId)?.end.abort();
    return batch;
  }

  /** Looks for batches to run. */
  wake(): void {
    this.looking = this.looking.then(() => this.fill());
  }

  /** Ends after the pictures that are being asked; the rest waits for the next start of the node. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await Promise.all([...this.active.values()].map(({ run }) => run));
  }

  private async fill(): Promise<void> {
    try {
      const started = await this.deps.batches.running(BATCHES_AT_ONCE + this.active.size);
      for (const batch of started) {
        if (this.stopping.signal.aborted || this.active.size >= BATCHES_AT_ONCE) return;
        if (this.active.has(batch.batchId)) continue;
        const end = new AbortController();
        this.active.set(batch.batchId, { run: this.keepRunning(batch, end.signal), end });
      }
    } catch (error) {
      this.deps.logger.error({ err: error }, 'started batches could not be read; looking again');
      await this.deps.wait(LONGEST_WAIT_MS, this.stopping.signal);
      if (!this.stopping.signal.aborted) this.wake();
    }
  }

  private async keepRunning(batch: CheckBatch, end: AbortSignal): Promise<void> {
    try {
      await this.runToItsEnd(batch, AbortSignal.any([this.stopping.signal, end]));
    } catch (error) {
      this.deps.logger.error(
        { err: error, batchId: batch.batchId },
        'a batch could not be ended; trying again',
      );
      await this.deps.wait(LONGEST_WAIT_MS, this.stopping.signal);
    }
    this.active.delete(batch.batchId);
    if (!this.stopping.signal.aborted) this.wake();
  }

  private async runToItsEnd(batch: CheckBatch, stop: AbortSignal): Promise<void> {
    const { batches, budgetMs, logger, wait } = this.deps;
    let done = batch.finished;
    for (let fruitless = 0; !stop.aborted;) {
      try {
        return await runBatch(this.deps, batch, { limit: CANDIDATES, budgetMs, stop });
      } catch (error) {
        logger.warn({ err: error, batchId: batch.batchId }, 'a batch broke off');
        const now = (await batches.find(batch.batchId))?.finished ?? done;
        fruitless = now > done ? 0 : fruitless + 1;
        done = now;
        if (fruitless >= FRUITLESS_RUNS) return this.giveUp(batch, error);
        await wait(Math.min(FIRST_WAIT_MS * 2 ** fruitless, LONGEST_WAIT_MS), stop);
      }
    }
  }

  private async giveUp(batch: CheckBatch, error: unknown): Promise<void> {
    await this.deps.batches.failWaiting(batch.batchId, {
      code: 'FEDERATION_UNAVAILABLE',
      field: 'batch',
      problem: error instanceof RegistryError ? error.problem : 'this node could not go on with it',
      remedy: 'send the picture again in a new batch',
    });
    await this.deps.batches.close(batch.batchId);
  }
}
