import { FederationLogError } from '../errors.js';
import { checkStoredLog } from './check-stored-log.js';
import { integrate, type SigningDeps } from './integrate.js';
import type { StoredCheckpoint } from './ports.js';

/** Longest time without looking whether entries wait, should no notice of an append arrive. */
const LOOK_MS = 1_000;
/** Entries gather for so long after the first of them, and come under one checkpoint: one signature, one round of its witnesses. */
const GATHER_MS = 700;
/** Waits after a failure, the next twice as long each time. */
const RETRY_MS = { first: 100, most: 5_000 };
/** Between two readings of the whole log, and between two bundles of one. */
const CHECK_MS = { passes: 3_600_000, bundles: 10 };

/** Waits so many milliseconds, or less if `signal` aborts; never throws. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Told of what happens to a log; must not throw. */
export interface SequencerReport {
  /** A checkpoint was signed over so many new entries. */
  signed(head: StoredCheckpoint, added: number): void;
  /** Signing failed and is tried again; said once until it goes on. */
  failing(error: unknown): void;
  /** Signing goes on after it failed. */
  recovered(): void;
  /** Nothing more is signed: what is stored is not what was signed. */
  damaged(error: FederationLogError): void;
  /** Every entry was read again and fits. */
  checked(entries: number): void;
}

/** What an operator is told of a log. */
export interface SequencerState {
  /** Entries under the newest checkpoint that this process knows. */
  readonly size: number;
  /** "damaged" until the process is started again. */
  readonly phase: 'signing' | 'failing' | 'damaged' | 'stopped';
}

/**
 * Signs a log's committed entries, whoever appended them: in batches, those of 0.7 seconds or 2,048 under one checkpoint, one step at a
 * time. Beside that it reads the whole log again, once an hour. Where something is damaged it signs nothing more.
 */
export class Sequencer {
  private readonly ending = new AbortController();
  private readonly listeners = new Set<(head: StoredCheckpoint) => void>();
  private sleeping = new AbortController();
  private woken = false;
  private running: Promise<unknown> = Promise.resolve();
  private head: StoredCheckpoint | null = null;
  private phase: SequencerState['phase'] = 'signing';

  constructor(
    private readonly deps: SigningDeps,
    private readonly report: SequencerReport,
    private readonly wait: Wait,
  ) {}

  get state(): SequencerState {
    return { size: this.head?.size ?? 0, phase: this.phase };
  }

  /** Tells `listener` of every new head, also of one that another writer signed. @returns what ends that */
  onCheckpoint(listener: (head: StoredCheckpoint) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  start(): void {
    this.running = Promise.all([this.signUntilEnded(), this.checkUntilEnded()]);
  }

  /** Entries may have been committed. */
  wake(): void {
    this.woken = true;
    this.sleeping.abort();
  }

  /**
   * Signs what is committed and ends.
   * @returns entries that are left without a checkpoint: 0, unless the store or the log is broken
   */
  async stop(): Promise<number> {
    this.ending.abort();
    this.sleeping.abort();
    await this.running;
    try {
      if (this.phase !== 'damaged') while (await this.step());
      return (await this.deps.store.committed()) - (await this.signedSize());
    } finally {
      if (this.phase !== 'damaged') this.phase = 'stopped';
    }
  }

  private async signedSize(): Promise<number> {
    return (await this.deps.store.newest())?.size ?? 0;
  }

  private async signUntilEnded(): Promise<void> {
    let retryMs = RETRY_MS.first;
    while (!this.ended) {
      this.woken = false;
      try {
        const more = await this.step();
        retryMs = RETRY_MS.first;
        this.recover();
        if (more) continue;
        await this.sleep(LOOK_MS);
        if (this.woken) await this.wait(GATHER_MS, this.ending.signal);
      } catch (error) {
        if (this.isDamage(error)) return;
        this.fail(error);
        await this.wait(retryMs, this.ending.signal);
        retryMs = Math.min(RETRY_MS.most, retryMs * 2);
      }
    }
  }

  /** @returns whether there is more to do at once */
  private async step(): Promise<boolean> {
    const { head, added, then } = await integrate(this.deps);
    if (added > 0 && head) this.report.signed(head, added);
    if (head && head.size !== this.head?.size) {
      this.head = head;
      for (const listener of this.listeners) listener(head);
    }
    return then !== 'done';
  }

  private async checkUntilEnded(): Promise<void> {
    const pause = async () => {
      await this.wait(CHECK_MS.bundles, this.ending.signal);
      return !this.ended;
    };
    while (!this.ended) {
      try {
        const entries = await checkStoredLog(this.deps, this.deps.store, pause);
        if (!this.ended) this.report.checked(entries);
      } catch (error) {
        // A store that cannot be read is told of by the signing.
        if (this.isDamage(error)) return;
      }
      await this.wait(CHECK_MS.passes, this.ending.signal);
    }
  }

  private get ended(): boolean {
    return this.ending.signal.aborted || this.phase === 'damaged';
  }

  private async sleep(milliseconds: number): Promise<void> {
    if (this.woken || this.ended) return;
    this.sleeping = new AbortController();
    await this.wait(milliseconds, this.sleeping.signal);
  }

  private isDamage(error: unknown): boolean {
    if (!(error instanceof FederationLogError)) return false;
    if (this.phase !== 'damaged') {
      this.phase = 'damaged';
      this.report.damaged(error);
    }
    this.ending.abort();
    return true;
  }

  private fail(error: unknown): void {
    if (this.phase !== 'signing') return;
    this.phase = 'failing';
    this.report.failing(error);
  }

  private recover(): void {
    if (this.phase !== 'failing') return;
    this.phase = 'signing';
    this.report.recovered();
  }
}
