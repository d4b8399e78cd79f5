/** What is done in rounds. */
export interface RoundTerms {
  /** One round; whether anything came of it. When `signal` aborts, it begins nothing more. */
  readonly round: (signal: AbortSignal) => Promise<boolean>;
  /** Pause after a round of which nothing came, milliseconds. */
  readonly everyMs: number;
  /** Told of a round that failed; there is another after the pause. */
  readonly failed: (error: unknown) => void;
  /** Waits so many milliseconds, or less if `signal` aborts; never throws. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Work in the background, in rounds until it is stopped: at once again while something comes of it, else after a pause. */
export class Rounds {
  private readonly ending = new AbortController();
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly terms: RoundTerms) {}

  start(): void {
    this.work = this.run();
  }

  /** Waits for the round under way. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.work;
  }

  private async run(): Promise<void> {
    const { round, everyMs, failed, wait } = this.terms;
    const { signal } = this.ending;
    while (!signal.aborted) {
      try {
        if (await round(signal)) continue;
      } catch (error) {
        failed(error);
      }
      await wait(everyMs, signal);
    }
  }
}
