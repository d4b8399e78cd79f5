import type { IndexEntry, IndexHit, IndexQuery, IndexResult, SimilarityIndex } from '#libs/registry';
import { checkQuery, checkVector, insertHit, scoreOf } from './score.js';

/** Compares every entry with every query in plain JavaScript: what `ExactIndex` is tested and measured against. */
export class PlainIndex implements SimilarityIndex {
  private readonly entries = new Map<string, IndexEntry>();
  private reached = 0;

  /** @param dimension length of every vector */
  constructor(
    readonly modelDigest: string,
    readonly dimension: number,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get position(): number {
    return this.reached;
  }

  async apply(entries: readonly IndexEntry[], position: number): Promise<void> {
    for (const { vector, registrationId } of entries)
      checkVector(vector, `vector of ${registrationId}`, this.dimension, this.modelDigest);
    for (const entry of entries) this.entries.set(entry.registrationId, entry);
    this.reached = position;
  }

  async search(queries: readonly IndexQuery[]): Promise<IndexResult[]> {
    for (const query of queries) checkQuery(query, this.dimension, this.modelDigest);
    return queries.map((query) => ({ hits: this.nearest(query), searched: this.size }));
  }

  async close(): Promise<void> {
    this.entries.clear();
  }

  private nearest({ vector, limit, excluding }: IndexQuery): IndexHit[] {
    const best: IndexHit[] = [];
    for (const { vector: row, registrationId, patternId, state } of this.entries.values()) {
      const score = scoreOf(vector, row, 0);
      const worst = best[limit - 1];
      if (registrationId === excluding || (worst && score < worst.score)) continue;
      insertHit(best, { registrationId, patternId, state, score }, limit);
    }
    return best;
  }
}
