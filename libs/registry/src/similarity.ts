import type { Holdings } from './registration/ports.js';
import type { RegistrationState } from './registration/registration.js';

/** One entry of an index. */
export interface IndexEntry {
  readonly registrationId: string;
  readonly patternId: string;
  readonly state: RegistrationState;
  /** L2-normalised embedding. */
  readonly vector: Float32Array;
}

/** One query of a search. */
export interface IndexQuery {
  /** L2-normalised, of the index's dimension. */
  readonly vector: Float32Array;
  /** 1 to 100. */
  readonly limit: number;
  /** A registration id to leave out. */
  readonly excluding?: string | undefined;
}

/** One nearest entry. */
export interface IndexHit {
  readonly registrationId: string;
  readonly patternId: string;
  readonly state: RegistrationState;
  /** Cosine similarity. */
  readonly score: number;
}

/** What a search gives for one query: exact, score descending, then registration id. */
export interface IndexResult {
  readonly hits: readonly IndexHit[];
  /** Entries compared with the query (the excluded one counts: it was there). */
  readonly searched: number;
}

/** Exact nearest-neighbour search over one model's vectors. */
export interface SimilarityIndex {
  readonly modelDigest: string;
  readonly dimension: number;
  /** Entries held. */
  readonly size: number;
  /** The registry change that it has reached. */
  readonly position: number;
  /**
   * Adds or replaces entries by registration id and moves to `position`; visible to the next search.
   * @throws RegistryError INVALID_INPUT for a vector of wrong length, not finite or not normalised
   */
  apply(entries: readonly IndexEntry[], position: number): Promise<void>;
  /** @throws RegistryError INVALID_INPUT for a query of wrong length, not finite or not normalised, or a limit out of range */
  search(queries: readonly IndexQuery[]): Promise<IndexResult[]>;
  close(): Promise<void>;
}

/** An index in the process, which is kept in a file between two runs. */
export interface KeptIndex extends SimilarityIndex {
  /** What it holds now; reads all of it. */
  holdings(): Promise<Holdings>;
  /** Empties it, and moves to position 0. */
  clear(): Promise<void>;
}
