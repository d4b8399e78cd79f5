import {
  RegistryError,
  type IndexEntry,
  type IndexHit,
  type IndexQuery,
  type IndexResult,
  type SimilarityIndex,
} from '#libs/registry';

/** Largest number of hits for one query. */
const MAX_LIMIT = 100;
/** How far the square of a vector's length may lie from 1. */
const NORM_TOLERANCE = 1e-3;

/**
 * Exact search in the process: every entry is compared with every query by one kernel (f64 accumulation in a fixed order,
 * so that scores are the same on every processor); ties go by registration id.
 */
export class ExactIndex implements SimilarityIndex {
  private vectors: Float32Array;
  private entries: Omit<IndexEntry, 'vector'>[] = [];
  private readonly slots = new Map<string, number>();
  private reached = 0;

  /** @param dimension length of every vector */
  constructor(
    readonly modelDigest: string,
    readonly dimension: number,
  ) {
    this.vectors = new Float32Array(1024 * dimension);
  }

  get size(): number {
    return this.entries.length;
  }

  get position(): number {
    return this.reached;
  }

  async apply(entries: readonly IndexEntry[], position: number): Promise<void> {
    for (const { vector, registrationId } of entries) this.check(vector, `vector of ${registrationId}`);
    for (const entry of entries) this.put(entry);
    this.reached = position;
  }

  async search(queries: readonly IndexQuery[]): Promise<IndexResult[]> {
    for (const { vector, limit } of queries) {
      this.check(vector, 'vector');
      if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
        throw new RegistryError(
          'INVALID_INPUT',
          'limit',
          `is ${limit}`,
          `ask for 1 to ${MAX_LIMIT} candidates`,
        );
    }
    return queries.map((query) => ({ hits: this.nearest(query), searched: this.size }));
  }

  async close(): Promise<void> {
    this.vectors = new Float32Array(0);
    this.entries = [];
    this.slots.clear();
  }

  private put({ registrationId, patternId, state, vector }: IndexEntry): void {
    const slot = this.slots.get(registrationId) ?? this.entries.length;
    if ((slot + 1) * this.dimension > this.vectors.length) this.grow();
    this.vectors.set(vector, slot * this.dimension);
    this.entries[slot] = { registrationId, patternId, state };
    this.slots.set(registrationId, slot);
  }

  private grow(): void {
    const larger = new Float32Array(this.vectors.length * 2);
    larger.set(this.vectors);
    this.vectors = larger;
  }

  private nearest({ vector, limit, excluding }: IndexQuery): IndexHit[] {
    const best: IndexHit[] = [];
    const left = excluding === undefined ? -1 : (this.slots.get(excluding) ?? -1);
    for (let slot = 0; slot < this.entries.length; slot += 1) {
      const score = this.score(vector, slot);
      const worst = best[limit - 1];
      if (slot === left || (worst && score < worst.score)) continue;
      const entry = this.entries[slot];
      if (entry) insert(best, { ...entry, score }, limit);
    }
    return best;
  }

  private score(query: Float32Array, slot: number): number {
    const { vectors, dimension } = this;
    const start = slot * dimension;
    let sum = 0;
    for (let at = 0; at < dimension; at += 1) sum += (query[at] ?? 0) * (vectors[start + at] ?? 0);
    return Math.min(1, Math.max(-1, sum));
  }

  private check(vector: Float32Array, field: string): void {
    if (vector.length !== this.dimension)
      throw new RegistryError(
        'INVALID_INPUT',
        field,
        `has ${vector.length} numbers`,
        `send the ${this.dimension} of model ${this.modelDigest}`,
      );
    let square = 0;
    for (const value of vector) square += value * value;
    if (!Number.isFinite(square))
      throw new RegistryError(
        'INVALID_INPUT',
        field,
        'has a number that is not finite',
        'send finite numbers only',
      );
    if (Math.abs(square - 1) > NORM_TOLERANCE)
      throw new RegistryError(
        'INVALID_INPUT',
        field,
        `has length ${Math.sqrt(square).toFixed(4)}`,
        'normalise it to 1',
      );
  }
}

function insert(best: IndexHit[], hit: IndexHit, limit: number): void {
  let at = best.length;
  for (; at > 0; at -= 1) {
    const before = best[at - 1];
    if (!before || ranks(before, hit)) break;
  }
  if (at >= limit) return;
  best.splice(at, 0, hit);
  if (best.length > limit) best.pop();
}

function ranks(a: IndexHit, b: IndexHit): boolean {
  return a.score > b.score || (a.score === b.score && a.registrationId < b.registrationId);
}
