import type { IndexEntry, IndexHit, IndexQuery, IndexResult, SimilarityIndex } from '#libs/registry';
import { checkQuery, checkVector, insertRanked, scoreOf } from '../score.js';
import { engineFailure, EngineUnfit } from './engine-error.js';
import { f32ScoreError, provenComplete } from './f32-proof.js';
import { MAX_FETCH, MilvusEngine, type EngineRow, type MilvusConnection } from './milvus-engine.js';

/** Rows fetched beyond those wanted, so that the proof has something to stand on. */
const SPARE = 14;
/** How much more is fetched where the proof failed. */
const GROWTH = 4;
/** Queries of one call: their rows come with their vectors. */
const QUERIES_PER_CALL = 16;

/** How an index in Milvus is opened. */
export interface MilvusIndexOptions {
  readonly connection: MilvusConnection;
  /** Letters, digits and underscores; the index has the collections of this name and of the same with "_head". */
  readonly collection: string;
  readonly modelDigest: string;
  readonly dimension: number;
}

/**
 * Exact search in Milvus. The engine proposes by its own f32 scores; the vectors that it proposes get their score by the kernel that
 * every index here uses. An f32 sum has a known error, so that the best are proved complete by the lowest score proposed, or more
 * is fetched until they are. What cannot be proved counts as not searched. Rows and position live in the engine: a node that starts
 * finds them there. One node writes to a collection.
 */
export class MilvusIndex implements SimilarityIndex {
  private reached = 0;
  private count = 0;
  /** Whether the collections were not seen to be there and loaded since the engine failed last. */
  private unprepared = false;
  private readonly error: number;

  private constructor(
    private readonly engine: MilvusEngine,
    private readonly timeoutMs: number,
    readonly modelDigest: string,
    readonly dimension: number,
  ) {
    this.error = f32ScoreError(dimension);
  }

  /**
   * Connects, makes the collections if they are not there, and reads how far they are.
   * @throws RegistryError INDEX_UNAVAILABLE or INDEX_TIMEOUT
   */
  static async open({
    connection,
    collection,
    modelDigest,
    dimension,
  }: MilvusIndexOptions): Promise<MilvusIndex> {
    const engine = await MilvusEngine.create(connection, collection, dimension);
    const index = new MilvusIndex(engine, connection.timeoutMs, modelDigest, dimension);
    try {
      await engine.prepare();
      await index.look(Date.now() + connection.timeoutMs);
      return index;
    } catch (error) {
      await engine.close();
      throw engineFailure(error);
    }
  }

  /** As the engine said when it was last asked. */
  get size(): number {
    return this.count;
  }

  /** As the engine said when it was last asked. */
  get position(): number {
    return this.reached;
  }

  /**
   * The position stays, or falls, where the engine came back with less than it had.
   * @throws also RegistryError INDEX_UNAVAILABLE or INDEX_TIMEOUT; the entries may then be given again
   */
  async apply(entries: readonly IndexEntry[], position: number): Promise<void> {
    for (const { vector, registrationId } of entries)
      checkVector(vector, `vector of ${registrationId}`, this.dimension, this.modelDigest);
    const last = new Map(entries.map((entry) => [entry.registrationId, entry]));
    try {
      if (this.unprepared && (await this.hasLost())) return;
      await this.engine.put([...last.values()]);
      await this.engine.moveTo(position);
      await this.look(Date.now() + this.timeoutMs);
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** @throws also RegistryError INDEX_UNAVAILABLE or INDEX_TIMEOUT */
  async search(queries: readonly IndexQuery[]): Promise<IndexResult[]> {
    for (const query of queries) checkQuery(query, this.dimension, this.modelDigest);
    const end = Date.now() + this.timeoutMs;
    try {
      await this.look(end);
      const results: IndexResult[] = [];
      for (let from = 0; from < queries.length; from += QUERIES_PER_CALL)
        results.push(...(await this.searchSome(queries.slice(from, from + QUERIES_PER_CALL), end)));
      return results;
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** Ends the connection; the rows stay in the engine. */
  close(): Promise<void> {
    return this.engine.close();
  }

  /** Removes everything from the engine and begins anew at position 0. */
  async clear(): Promise<void> {
    await this.engine.drop();
    await this.engine.prepare();
    await this.look(Date.now() + this.timeoutMs);
  }

  /** Removes everything from the engine and closes. */
  async dropAndClose(): Promise<void> {
    await this.engine.drop();
    await this.close();
  }

  /** Whether the engine came back with less than it had; its position then says from where to go on. */
  private async hasLost(): Promise<boolean> {
    const before = this.reached;
    await this.look(Date.now() + this.timeoutMs);
    return this.reached < before;
  }

  private failed(error: unknown): Error {
    this.unprepared = true;
    return engineFailure(error);
  }

  private async look(end: number): Promise<void> {
    if (this.unprepared) await this.engine.prepare(end);
    this.unprepared = false;
    const { position, count } = await this.engine.state(end);
    this.reached = position;
    this.count = count;
  }

  private async searchSome(queries: readonly IndexQuery[], end: number): Promise<IndexResult[]> {
    if (this.count === 0) return queries.map(() => ({ hits: [], searched: 0 }));
    const results = new Map<IndexQuery, IndexResult>();
    const most = Math.max(...queries.map(({ limit }) => limit)) + 1;
    let open = queries;
    for (let fetch = most + SPARE; open.length > 0; fetch *= GROWTH) {
      const asked = Math.min(fetch, MAX_FETCH, this.count);
      const proposed = await this.engine.search(
        open.map(({ vector }) => vector),
        asked,
        end,
      );
      open.forEach((query, at) => {
        const result = this.judge(query, proposed[at] ?? [], asked);
        if (result) results.set(query, result);
      });
      open = open.filter((query) => !results.has(query));
    }
    return queries.map((query) => results.get(query) ?? { hits: [], searched: 0 });
  }

  /** The result, or undefined if more has to be fetched for its proof. */
  private judge(
    { vector, limit, excluding }: IndexQuery,
    rows: readonly EngineRow[],
    asked: number,
  ): IndexResult | undefined {
    const hits: IndexHit[] = [];
    const seen = new Set<string>();
    let lowest = 1;
    for (const row of rows) {
      const { registrationId, patternId, state } = row;
      const score = this.exactScore(vector, row);
      lowest = Math.min(lowest, row.score);
      if (seen.has(registrationId)) continue;
      seen.add(registrationId);
      if (registrationId !== excluding)
        insertRanked(hits, { registrationId, patternId, state, score }, limit, (hit) => hit.registrationId);
    }
    if (seen.size === this.count) return { hits, searched: this.count };
    if (provenComplete(lowest, hits[limit - 1]?.score, this.error)) return { hits, searched: this.count };
    // Fewer rows than it holds, or no more to be had in one call: only these were searched for certain.
    const more = rows.length === asked && asked < Math.min(MAX_FETCH, this.count);
    return more ? undefined : { hits, searched: Math.min(seen.size, this.count - 1) };
  }

  private exactScore(query: Float32Array, { vector, score }: EngineRow): number {
    const exact = vector.length === this.dimension ? scoreOf(query, vector, 0) : NaN;
    if (!(Math.abs(Math.min(1, Math.max(-1, score)) - exact) <= this.error))
      throw new EngineUnfit('gives scores that are not inner products in f32');
    return exact;
  }
}
