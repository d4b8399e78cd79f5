import { type Fingerprinter, refingerprint, type RefingerprintDeps } from '#libs/registry';
import type { Logger } from 'pino';

/** Until the registry is looked over again: other processes may write to it, and a lost picture may be restored. */
const NEXT_LOOK_MS = 60 * 60_000;
/** Until a pass that broke off is begun anew. */
const RETRY_MS = 10_000;
/** Between two looks for a free thread, and the longest that one picture gives way to others. */
const LOOK_MS = 50;
const LONGEST_WAY_MS = 2_000;
/** Patterns of one pass that are named in the log; the others are counted. */
const NAMED = 20;
const TELL_EVERY = 1_000;

export interface RefingerprintRunnerDeps extends Omit<RefingerprintDeps, 'atOnce'> {
  readonly fingerprinter: Fingerprinter & { readonly busy: boolean };
  readonly logger: Logger;
  /** Waits so many milliseconds, or less if `signal` aborts; never throws. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** How far the pass under way is, or how the last one ended; patterns. */
export interface RefingerprintProgress {
  readonly running: boolean;
  readonly made: number;
  readonly failed: number;
}

/** Makes in the background what is missing of the program's own version: one picture at a time, after those of people. */
export class RefingerprintRunner {
  private readonly stopping = new AbortController();
  private last: RefingerprintProgress = { running: false, made: 0, failed: 0 };
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly deps: RefingerprintRunnerDeps) {}

  get progress(): RefingerprintProgress {
    return this.last;
  }

  /** Call once. */
  start(): void {
    this.work = this.run();
  }

  /** Ends after the picture under way; the rest waits for the next start of the node. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
  }

  private async run(): Promise<void> {
    const { logger, wait } = this.deps;
    while (!this.stopping.signal.aborted) {
      let pause = NEXT_LOOK_MS;
      try {
        await this.pass();
      } catch (error) {
        pause = RETRY_MS;
        logger.warn({ err: error }, 'making fingerprints of this version broke off; it is taken up again');
      }
      this.last = { ...this.last, running: false };
      await wait(pause, this.stopping.signal);
    }
  }

  private async pass(): Promise<void> {
    const { modelDigest } = this.deps.fingerprinter;
    const { logger } = this.deps;
    this.last = { running: true, made: 0, failed: 0 };
    const patterns = refingerprint({ ...this.deps, atOnce: 1 });
    for (;;) {
      await this.giveWay();
      if (this.stopping.signal.aborted) return;
      const { done, value } = await patterns.next();
      if (done) break;
      const { made, failed } = this.last;
      this.last = value.problem === null ? { ...this.last, made: made + 1 } : this.failedAt(value);
      if ((made + failed + 1) % TELL_EVERY === 0)
        logger.info({ ...this.last, modelDigest }, 'making fingerprints of this version');
    }
    const { made, failed } = this.last;
    if (made + failed > 0)
      logger[failed > 0 ? 'error' : 'info'](
        { made, failed, modelDigest },
        failed > 0
          ? 'some registrations cannot be searched in this version'
          : 'every registration has a fingerprint of this version',
      );
  }

  private failedAt({ pattern, problem }: { pattern: { patternId: string }; problem: string | null }) {
    const { patternId } = pattern;
    if (this.last.failed < NAMED)
      this.deps.logger.error({ patternId, problem }, 'a fingerprint of this version cannot be made');
    return { ...this.last, failed: this.last.failed + 1 };
  }

  private async giveWay(): Promise<void> {
    const { fingerprinter, wait } = this.deps;
    for (let waited = 0; fingerprinter.busy && waited < LONGEST_WAY_MS; waited += LOOK_MS)
      await wait(LOOK_MS, this.stopping.signal);
  }
}
