import { FederationLogError } from '../errors.js';
import { checkStoredLog } from './check-stored-log.js';
import { integrate, type SigningDeps } from './integrate.js';
import type { StoredCheckpoint } from './ports.js';

/**
 * Between two looks whether entries wait. The database could tell of each, and would let its commits pass one by one for it, those of every
 * database of the server (PostgreSQL, NOTIFY).
 */
const LOOK_MS = 300;
/** Entries gather for so long after they were seen, and come under one checkpoint: one signature, one round of its witnesses. */
const GATHER_MS = 400;
/** Looks after which the head is held against its tiles again though nothing waits. */
const IDLE_LOOKS = 10;
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
 * Signs a log's committed entries, whoever appended them: in batches, those of half a second or 2,048 under one checkpoint, one step at a
 * time. Beside that it reads the whole log again, once an hour. Where something is damaged it signs nothing more.
 */
export class Sequencer {
  private readonly ending = new AbortController();
  private readonly listeners = new Set<(head: StoredCheckpoint) => void>();
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

  /**
   * Signs what is committed and ends.
   * @returns entries that are left without a checkpoint: 0, unless the store or the log is broken
   */
  async stop(): Promise<number> {
    this.ending.abort();
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
      try {
        const more = await this.step();
        retryMs = RETRY_MS.first;
        this.recover();
        if (more) continue;
        if (await this.entriesCome()) await this.wait(GATHER_MS, this.ending.signal);
      } catch (error) {
        if (this.isDamage(error)) return;
        this.fail(error);
        await this.wait(retryMs, this.ending.signal);
        retryMs = Math.min(RETRY_MS.most, retryMs * 2);
      }
    }
  }

  /** Looks for entries until some wait, or until it is time for a step without any. @returns whether they do */
  private async entriesCome(): Promise<boolean> {
    for (let look = 0; look < IDLE_LOOKS && !this.ended; look += 1) {
      await this.wait(LOOK_MS, this.ending.signal);
      if (!this.ended && (await this.deps.store.committed()) !== this.state.size) return true;
    }
    return false;
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
