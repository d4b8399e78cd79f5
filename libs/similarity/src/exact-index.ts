import {
  REGISTRATION_STATES,
  type IndexEntry,
  type IndexHit,
  type IndexQuery,
  type IndexResult,
  type RegistrationState,
  type SimilarityIndex,
} from '#libs/registry';
import { Identifiers, SlotLookup } from './identifiers.js';
import { QuantisedRows } from './quantised-rows.js';
import { checkQuery, checkVector, insertHit, scoreOf } from './score.js';

const CHUNK_ROWS = 1024;
/** Entries that nearly every search has to score at most. */
const FEW = 256;

/** How much of the exact kernel the searches so far took until they were proved complete. */
export interface ProofCount {
  readonly searches: number;
  /** Searches proved complete by at most 256 scores; the others took as many more as the proof needed. */
  readonly byFew: number;
  /** Entries scored. */
  readonly scored: number;
}

/**
 * Exact search in the process. 8-bit codes of all vectors are scanned for upper bounds of the scores; the vectors with the
 * highest bounds get their score by the one kernel, until no other bound reaches the last hit's score: the hits are complete and
 * their scores the same on every processor. Ties go by registration id.
 */
export class ExactIndex implements SimilarityIndex {
  private quantised: QuantisedRows;
  private vectors: Float32Array<ArrayBuffer>[] = [];
  private states: Uint8Array<ArrayBuffer>[] = [];
  private registrations = new Identifiers();
  private patterns = new Identifiers();
  private slots = new SlotLookup(this.registrations);
  private count = 0;
  private reached = 0;
  private proofs: ProofCount = { searches: 0, byFew: 0, scored: 0 };

  /** @param dimension length of every vector */
  constructor(
    readonly modelDigest: string,
    readonly dimension: number,
  ) {
    this.quantised = new QuantisedRows(dimension);
  }

  get size(): number {
    return this.count;
  }

  get position(): number {
    return this.reached;
  }

  get proof(): ProofCount {
    return this.proofs;
  }

  async apply(entries: readonly IndexEntry[], position: number): Promise<void> {
    for (const { vector, registrationId } of entries)
      checkVector(vector, `vector of ${registrationId}`, this.dimension, this.modelDigest);
    for (const entry of entries) this.put(entry);
    this.reached = position;
  }

  async search(queries: readonly IndexQuery[]): Promise<IndexResult[]> {
    for (const query of queries) checkQuery(query, this.dimension, this.modelDigest);
    return queries.map((query) => ({ hits: this.nearest(query), searched: this.size }));
  }

  async close(): Promise<void> {
    this.quantised = new QuantisedRows(this.dimension);
    this.vectors = [];
    this.states = [];
    this.registrations = new Identifiers();
    this.patterns = new Identifiers();
    this.slots = new SlotLookup(this.registrations);
    this.count = 0;
  }

  /** Reads the 8-bit codes of all entries once, as fast as the memory gives them; what a search is measured against. Gives the bytes read. */
  readCodes(): number {
    return this.quantised.readAll();
  }

  private put({ registrationId, patternId, state, vector }: IndexEntry): void {
    const known = this.slots.find(registrationId);
    const slot = known ?? this.count;
    const chunk = Math.floor(slot / CHUNK_ROWS);
    const row = slot % CHUNK_ROWS;
    this.quantised.put(slot, vector);
    (this.vectors[chunk] ??= new Float32Array(CHUNK_ROWS * this.dimension)).set(vector, row * this.dimension);
    (this.states[chunk] ??= new Uint8Array(CHUNK_ROWS))[row] = REGISTRATION_STATES.indexOf(state);
    this.patterns.set(slot, patternId);
    if (known !== undefined) return;
    this.registrations.set(slot, registrationId);
    this.slots.add(registrationId, slot);
    this.count += 1;
  }

  private nearest({ vector, limit, excluding }: IndexQuery): IndexHit[] {
    const excluded = excluding === undefined ? -1 : (this.slots.find(excluding) ?? -1);
    const { slots, bounds } = this.quantised.candidates(vector, limit, this.count, excluded);
    const best: IndexHit[] = [];
    let scored = 0;
    // An equal bound may be an equal score with a smaller registration id.
    for (; scored < slots.length && (bounds[scored] ?? 0) >= (best[limit - 1]?.score ?? -1); scored += 1) {
      const slot = slots[scored] ?? 0;
      const score = this.score(vector, slot);
      const worst = best[limit - 1];
      if (!worst || score >= worst.score) insertHit(best, this.hit(slot, score), limit);
    }
    const { searches, byFew, scored: before } = this.proofs;
    this.proofs = {
      searches: searches + 1,
      byFew: byFew + (scored <= FEW ? 1 : 0),
      scored: before + scored,
    };
    return best;
  }

  private score(query: Float32Array, slot: number): number {
    const rows = this.vectors[Math.floor(slot / CHUNK_ROWS)];
    if (!rows) throw new Error(`there is no vector in slot ${slot}`);
    return scoreOf(query, rows, (slot % CHUNK_ROWS) * this.dimension);
  }

  private hit(slot: number, score: number): IndexHit {
    return {
      registrationId: this.registrations.get(slot),
      patternId: this.patterns.get(slot),
      state: this.state(slot),
      score,
    };
  }

  private state(slot: number): RegistrationState {
    const state = REGISTRATION_STATES[this.states[Math.floor(slot / CHUNK_ROWS)]?.[slot % CHUNK_ROWS] ?? -1];
    if (!state) throw new Error(`there is no state in slot ${slot}`);
    return state;
  }
}
