import type { Silence } from '../outcomes.js';
import type { Probed } from './probe.js';

/** A call that has had no answer for so long is doubted, in milliseconds. */
const DOUBT_MS = 1_000;
/** Probes in a row that must fail before the breaker opens, and the pause between two. */
const PROBES = 2;
const BETWEEN_MS = 250;
/** How often an open breaker looks whether the member is back. */
const LOOK_MS = 2_000;

/** What a breaker works with. */
export interface BreakerDeps {
  /** Whether the member answers at all; keeps a deadline of its own, at most 750 ms, and never throws. */
  readonly probe: () => Promise<Probed>;
  readonly now: () => Date;
  /** Calls `work` after so many milliseconds unless what it returns is called; keeps no process alive. */
  readonly later: (work: () => void, milliseconds: number) => () => void;
}

/**
 * One member's breaker. A call that fails, or that waits for long, is doubted: the member is probed, and if it does not answer twice
 * in a row and no other call meanwhile, within 3 s of the first doubt, further calls are not made until a probe succeeds. Slow members answer probes and
 * are left alone.
 */
export class Breaker {
  private openSince: Date | null = null;
  private problem = '';
  private doubting = false;
  /** Calls that were answered. */
  private answered = 0;
  private cancelLook: () => void = () => undefined;
  private closed = false;

  constructor(private readonly deps: BreakerDeps) {}

  /**
   * Makes the call unless the breaker is open.
   * @param call never throws
   * @param silenceIn why there was no answer, of what the call gave; null if there was one
   */
  async run<T>(call: () => Promise<T>, silenceIn: (given: T) => Silence | null): Promise<T | Silence> {
    if (this.openSince !== null) {
      const detail = `not asked: it has not answered since ${this.openSince.toISOString()} (${this.problem})`;
      return { kind: 'none', outcome: 'BREAKER_OPEN', detail: detail.slice(0, 500) };
    }
    const settled = this.deps.later(() => void this.doubt('no answer for a second'), DOUBT_MS);
    const given = await call();
    settled();
    const silence = silenceIn(given);
    if (!silence) this.noteAnswer();
    if (silence?.outcome === 'UNREACHABLE' || silence?.outcome === 'TIMEOUT') void this.doubt(silence.detail);
    return given;
  }

  /** Probes no more. */
  close(): void {
    this.closed = true;
    this.cancelLook();
  }

  private async doubt(problem: string): Promise<void> {
    if (this.doubting || this.closed || this.openSince !== null) return;
    this.doubting = true;
    const since = this.deps.now();
    const { answered } = this;
    let failed = 0;
    while (failed < PROBES && (await this.deps.probe()) === 'silent') {
      failed += 1;
      if (failed < PROBES) await this.pause();
    }
    this.doubting = false;
    // One that answers others meanwhile is there, whatever the probes came to on a busy machine.
    if (failed < PROBES || this.answered > answered || this.closed) return;
    this.openSince = since;
    this.problem = problem;
    this.look();
  }

  /** A call that was under way when the breaker opened may be answered yet: then the member is back. */
  private noteAnswer(): void {
    this.answered += 1;
    this.openSince = null;
    this.cancelLook();
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => void this.deps.later(resolve, BETWEEN_MS));
  }

  private look(): void {
    if (this.closed) return;
    this.cancelLook = this.deps.later(() => {
      void this.deps.probe().then((probed) => {
        if (probed === 'answers') this.openSince = null;
        else if (this.openSince !== null) this.look();
      });
    }, LOOK_MS);
  }
}
