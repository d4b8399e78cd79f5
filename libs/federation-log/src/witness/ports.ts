import type { StoredCheckpoint } from '../sequencer/ports.js';
import type { Equivocation, WitnessedHead } from '../log/witness.js';

/** What is cosigned of one log. */
export interface WitnessedLog {
  readonly origin: string;
  readonly size: number;
  /** RFC 3339. */
  readonly cosignedAt: string;
}

/** A proof against a log, as it was kept. */
export interface KeptEquivocation {
  readonly equivocation: Equivocation;
  /** RFC 3339. */
  readonly seenAt: string;
}

/** What a witness remembers. */
export interface WitnessStore {
  /** The last checkpoint that was cosigned of a log; null if there is none. */
  head(origin: string): Promise<WitnessedHead | null>;
  /**
   * Puts `next` in the place of `previous`, durable when it returns.
   * @param at RFC 3339
   * @returns false, with nothing changed, if `previous` is not what is stored: another request was first
   */
  replace(origin: string, previous: WitnessedHead | null, next: WitnessedHead, at: string): Promise<boolean>;
  /**
   * Keeps a proof against a log, durable when it returns; the first 1,000 of each log.
   * @returns whether it is a new one
   */
  keep(equivocation: Equivocation, seenAt: string): Promise<boolean>;
  /** Every log of which something is cosigned, by origin. */
  logs(): Promise<readonly WitnessedLog[]>;
  /** Proofs against logs, newest first. @param limit 1 to 100 */
  equivocations(limit: number): Promise<readonly KeptEquivocation[]>;
}

/** Told of what a witness sees. */
export interface WitnessReport {
  /** A log showed two histories; awaited, so that it is on record before the log gets its answer. */
  forked(equivocation: Equivocation): Promise<void>;
}

/** A log's own checkpoints by who cosigned them. */
export interface CosignedCheckpoints {
  /**
   * The newest checkpoint with cosignatures of at least so many witnesses, among those that were cosigned last; null if there is none.
   * @param least at least 1
   */
  newestCosigned(least: number): Promise<StoredCheckpoint | null>;
}
