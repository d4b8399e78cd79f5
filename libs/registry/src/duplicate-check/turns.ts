import { Busy } from '../errors.js';

/** Weight of the latest piece of work in the running mean of how long one takes. */
const LATEST = 0.1;
/** Work is let in if it is expected to be done in this share of its time: the pace of late is no promise. */
const EXPECTED_WITHIN = 0.5;
/** A caller is told to come again after at least so many milliseconds, and at most. */
const LEAST_RETRY_MS = 100;
const MOST_RETRY_MS = 5_000;
/** Of what may run at once, when work is refused further on. */
const NARROWER = 0.8;

/** How work is let in. */
export interface TurnsOptions {
  /** What the work is, as a refusal names it. */
  readonly field: string;
  /** Pieces of work at once, at most. */
  readonly atOnce: number;
  /** Fewest that `narrow` leaves; by default as many. */
  readonly atLeast?: number;
  /** Pieces of work of one caller that may wait. */
  readonly waitingEach: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number;
}

interface Waiting {
  /** By the monotonic clock. */
  readonly until: number;
  begin(): void;
  refuse(): void;
}

/**
 * Lets work in by turns. So many pieces run at once; every caller has a line of its own, which is bounded, and the lines are served in
 * turn, so that one caller's flood fills its own line and delays another's work by one piece. What could not be begun in time is
 * refused at once instead of waiting: when its line is full, or when what waits before it, at the pace of late, takes longer than there is.
 */
export class Turns {
  private readonly lines = new Map<string, Waiting[]>();
  private running = 0;
  private waiting = 0;
  private most: number;
  private narrowedAt = Number.NEGATIVE_INFINITY;
  /** Of a piece of work, milliseconds. */
  private mean = 0;

  constructor(private readonly options: TurnsOptions) {
    this.most = options.atOnce;
  }

  private monotonic(): number {
    return this.options.monotonic();
  }

  /** What runs and waits now. */
  get state(): { readonly running: number; readonly waiting: number; readonly atOnce: number } {
    return { running: this.running, waiting: this.waiting, atOnce: Math.floor(this.most) };
  }

  /**
   * Refuses what `run` would refuse now, before anything is done about it.
   * @param forMs milliseconds within which it must be done
   * @throws Busy
   */
  admit(caller: string, forMs: number): void {
    if (this.running < Math.floor(this.most)) return;
    const own = this.lines.get(caller)?.length ?? 0;
    // The lines are served in turn: of each of the others no more goes before than of its own.
    let before = own;
    for (const [name, line] of this.lines) if (name !== caller) before += Math.min(line.length, own + 1);
    const wait = ((before + 1) * this.mean) / Math.floor(this.most);
    if (own >= this.options.waitingEach || wait + this.mean > forMs * EXPECTED_WITHIN) throw this.busy();
  }

  /**
   * Runs work in its caller's turn.
   * @param forMs milliseconds within which it must be done; work whose turn comes later is not begun
   * @throws Busy; what `work` throws
   */
  async run<T>(caller: string, forMs: number, work: () => Promise<T>): Promise<T> {
    this.admit(caller, forMs);
    await this.turn(caller, this.monotonic() + forMs);
    const begun = this.monotonic();
    try {
      return await work();
    } finally {
      const took = this.monotonic() - begun;
      this.mean = this.mean === 0 ? took : this.mean + LATEST * (took - this.mean);
      this.running -= 1;
      this.next();
    }
  }

  /** Lets less in at once: what this work needs was refused further on. At most once in the time of a piece of work. */
  narrow(): void {
    const now = this.monotonic();
    if (now - this.narrowedAt < this.mean) return;
    this.narrowedAt = now;
    this.most = Math.max(this.options.atLeast ?? this.options.atOnce, this.most * NARROWER);
  }

  /** Lets a little more in: work went well. */
  widen(): void {
    this.most = Math.min(this.options.atOnce, this.most + 1 / this.most);
    this.next();
  }

  private turn(caller: string, until: number): Promise<void> {
    if (this.running < Math.floor(this.most)) {
      this.running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const line = this.lines.get(caller) ?? [];
      line.push({ until, begin: resolve, refuse: () => reject(this.busy()) });
      this.lines.set(caller, line);
      this.waiting += 1;
    });
  }

  /** The first line whose turn it is goes to the end of the lines. */
  private next(): void {
    for (const [caller, line] of this.lines) {
      if (this.running >= Math.floor(this.most)) return;
      this.lines.delete(caller);
      const first = line.shift();
      if (line.length > 0) this.lines.set(caller, line);
      if (!first) continue;
      this.waiting -= 1;
      if (this.monotonic() >= first.until) {
        first.refuse();
        continue;
      }
      this.running += 1;
      first.begin();
    }
  }

  /** Come again when what waits now is done. */
  private busy(): Busy {
    const backlog = ((this.waiting + 1) * this.mean) / Math.floor(this.most);
    const retryAfterMs = Math.min(MOST_RETRY_MS, Math.max(LEAST_RETRY_MS, Math.ceil(backlog)));
    return new Busy(this.options.field, retryAfterMs);
  }
}
