import { deliverStatements, type DeliveryDeps } from '#libs/registry';
import type { Logger } from 'pino';

/** Between two looks at what is to be delivered. */
const LOOK_MS = 2_000;
const ACTOR = { kind: 'program', name: 'province-node' } as const;

export interface DeliveryRunnerDeps extends Omit<DeliveryDeps, 'actor'> {
  readonly logger: Logger;
  /** Waits so many milliseconds, or less if `signal` aborts; never throws. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Delivers the statements of findings to the other provinces. What waits, how often it was tried and when next, is in the database. */
export class DeliveryRunner {
  private readonly ending = new AbortController();
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly deps: DeliveryRunnerDeps) {}

  start(): void {
    this.work = this.run();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.work;
  }

  private async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      try {
        const settled = await deliverStatements({ ...this.deps, actor: ACTOR });
        if (settled > 0) {
          this.deps.logger.info({ settled }, 'statements of findings were delivered');
          continue;
        }
      } catch (error) {
        this.deps.logger.error({ err: error }, 'findings could not be delivered; trying later');
      }
      await this.deps.wait(LOOK_MS, this.ending.signal);
    }
  }
}
