import { hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import {
  RegistryError,
  type Holdings,
  type IndexEntry,
  type IndexHit,
  type IndexQuery,
  type IndexResult,
  type KeptIndex,
} from '#libs/registry';
import { FloatProduct } from './float-product.js';
import { PRODUCT_QUERIES, ProductSearch } from './product-search.js';
import { QuantisedRows, type Candidates } from './quantised-rows.js';
import { checkQuery, checkVector, insertRanked, MAX_LIMIT } from './score.js';
import { StoredEntries, type StoredBlock } from './stored-entries.js';

/** Entries applied at a time; searches and everything else may come in between. */
const SLICE_ENTRIES = 250;
/** Entries that nearly every search has to score at most. */
const FEW = 256;
/** Candidates scored at a time. */
const SCORED_AT_ONCE = 16;
/** Queries from which one matrix product for all is faster than a scan for each. */
const PRODUCT_FROM = 16;
const MAX_THREADS = 4;

/** A query of the exact index: of those that the port knows, and with a filter of the caller's. */
export interface FilteredQuery extends IndexQuery {
  /** Which entries may be hits (by state, or by what the caller knows of the registration); all if it is missing. As exact as without. */
  readonly accepts?: ((entry: Pick<IndexEntry, 'registrationId' | 'state'>) => boolean) | undefined;
}

export interface ExactIndexOptions {
  /** Threads of a search, the caller's included: 1 to 4, by default one a processor. */
  readonly threads?: number;
  /** Entries at most; by default, and never more than, what 4 GB of codes are (16 million of 256 numbers). */
  readonly capacity?: number;
}

/** How the searches so far were proved complete. */
export interface ProofCount {
  readonly searches: number;
  /** Searches proved complete by at most 256 scores; the others took as many more as the proof needed. */
  readonly byFew: number;
  /** Entries scored. */
  readonly scored: number;
  /** Searches that a matrix product proposed the candidates for. */
  readonly byProduct: number;
}

/**
 * Exact search in the process. Upper bounds of all scores come from a scan of 8-bit codes or, for many queries at once, from their
 * matrix product; the vectors with the highest bounds get their score by the one kernel, until no other bound reaches the last
 * hit's score: the hits are complete and their scores the same on every processor. Ties go by registration id.
 */
export class ExactIndex implements KeptIndex {
  private readonly threads: number;
  private readonly capacity: number;
  private quantised: QuantisedRows;
  private entries: StoredEntries;
  private products: Promise<ProductSearch | undefined> | undefined;
  private floats: Promise<FloatProduct> | undefined;
  private reached = 0;
  private proofs: ProofCount = { searches: 0, byFew: 0, scored: 0, byProduct: 0 };
  private turn: Promise<unknown> = Promise.resolve();

  /** @param dimension length of every vector */
  constructor(
    readonly modelDigest: string,
    readonly dimension: number,
    options: ExactIndexOptions = {},
  ) {
    this.threads = searchThreads(options.threads);
    this.quantised = new QuantisedRows(dimension, this.threads, MAX_LIMIT);
    this.entries = new StoredEntries(dimension);
    this.capacity = Math.min(this.quantised.most, options.capacity ?? Infinity);
  }

  get size(): number {
    return this.entries.size;
  }

  get position(): number {
    return this.reached;
  }

  get proof(): ProofCount {
    return this.proofs;
  }

  /** @throws RegistryError INDEX_UNAVAILABLE, and nothing is applied, for more entries than the index has room for */
  async apply(entries: readonly IndexEntry[], position: number): Promise<void> {
    for (const { vector, registrationId } of entries)
      checkVector(vector, `vector of ${registrationId}`, this.dimension, this.modelDigest);
    for (let from = 0; from < entries.length; from += SLICE_ENTRIES) {
      if (from > 0) await setImmediate();
      await this.inTurn(async () => {
        if (from === 0) this.refuseTooMany(entries);
        for (const entry of entries.slice(from, from + SLICE_ENTRIES))
          this.quantised.put(this.entries.put(entry), entry.vector);
      });
    }
    this.reached = position;
  }

  /**
   * Takes over entries as another index stored them, of registrations that are not there; every block before had BLOCK_ROWS.
   * The position stays.
   * @throws RegistryError INDEX_UNAVAILABLE like `apply`; another error if a vector is none
   */
  adopt(block: StoredBlock): Promise<void> {
    return this.inTurn(async () => {
      this.refuseMoreThanRoom(this.size + block.count);
      const first = this.entries.adopt(block);
      for (let slot = first; slot < first + block.count; slot += 1)
        this.quantised.put(slot, this.entries.vector(slot));
    });
  }

  async search(queries: readonly FilteredQuery[]): Promise<IndexResult[]> {
    for (const query of queries) checkQuery(query, this.dimension, this.modelDigest);
    const results: IndexResult[] = [];
    for (let from = 0; from < queries.length; from += PRODUCT_QUERIES) {
      const some = queries.slice(from, from + PRODUCT_QUERIES);
      results.push(...(await this.inTurn(() => this.answer(some))));
    }
    return results;
  }

  async close(): Promise<void> {
    await this.clear();
    await (await this.products)?.close();
    await (await this.floats)?.close();
    this.products = undefined;
    this.floats = undefined;
  }

  clear(): Promise<void> {
    return this.inTurn(async () => {
      await this.quantised.close();
      this.quantised = new QuantisedRows(this.dimension, this.threads, MAX_LIMIT);
      this.entries = new StoredEntries(this.dimension);
      this.reached = 0;
    });
  }

  /** The entries in slots, in their order. @param from the first @param to behind the last, at most the size */
  entriesOf(from: number, to: number): IndexEntry[] {
    return this.entries.range(from, to);
  }

  async holdings(): Promise<Holdings> {
    let sum = 0n;
    const { size } = this;
    for (let from = 0; from < size; from += SLICE_ENTRIES) {
      for (const { registrationId, patternId, state } of this.entriesOf(
        from,
        Math.min(size, from + SLICE_ENTRIES),
      ))
        sum += hash('sha256', `${registrationId} ${patternId} ${state}`, 'buffer').readBigUInt64BE();
      await setImmediate();
    }
    return { count: size, digest: BigInt.asUintN(64, sum).toString(16).padStart(16, '0') };
  }

  /**
   * Reads the 8-bit codes of all entries once by the threads of a search, as fast as the memory gives them; what a search is measured
   * against. Gives the bytes read.
   */
  readCodes(): Promise<number> {
    return this.inTurn(() => this.quantised.readAll(this.size));
  }

  /**
   * Multiplies all vectors with so many queries by the f32 matrix product of ONNX Runtime, by the threads of a search, and does nothing with the
   * products; what a batch is measured against.
   */
  multiplyVectors(queries: number): Promise<void> {
    return this.inTurn(async () => {
      this.floats ??= FloatProduct.open(this.dimension, this.threads);
      await (await this.floats).multiply(queries, this.entries.blocks, this.size);
    });
  }

  /** Bytes that the entries take, room for more included. */
  get bytes(): number {
    return this.quantised.bytes + this.entries.bytes;
  }

  /** One after the other: nothing changes under a search. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private refuseTooMany(entries: readonly IndexEntry[]): void {
    if (this.size + entries.length <= this.capacity) return;
    const more = new Set(entries.map(({ registrationId }) => registrationId));
    for (const id of more) if (this.entries.slotOf(id) !== undefined) more.delete(id);
    this.refuseMoreThanRoom(this.size + more.size);
  }

  private refuseMoreThanRoom(size: number): void {
    if (size > this.capacity)
      throw new RegistryError(
        'INDEX_UNAVAILABLE',
        'entries',
        `would be ${size}, and the index has room for ${this.capacity}`,
        'move the province to a distributed engine',
      );
  }

  /** One query by a scan, many by a product; those for which the product proves nothing by a scan after all. */
  private async answer(queries: readonly FilteredQuery[]): Promise<IndexResult[]> {
    const proposed =
      queries.length >= PRODUCT_FROM && queries.every(({ accepts }) => !accepts)
        ? await this.proposed(queries)
        : [];
    const results: IndexResult[] = [];
    for (const [at, query] of queries.entries()) {
      const candidates = proposed[at];
      const byProduct = candidates && this.nearest(query, candidates);
      const hits = byProduct ?? this.nearest(query, await this.scanned(query));
      if (!hits)
        throw new Error('a score lies outside of its bounds: the processor or its memory is damaged');
      this.proofs = {
        ...this.proofs,
        searches: this.proofs.searches + 1,
        byProduct: this.proofs.byProduct + (byProduct ? 1 : 0),
      };
      results.push({ hits, searched: this.size });
    }
    return results;
  }

  private async proposed(queries: readonly FilteredQuery[]): Promise<(Candidates | undefined)[]> {
    const products = await (this.products ??= ProductSearch.open(this.quantised, this.threads, MAX_LIMIT));
    if (!products) return [];
    return products.candidates(
      queries.map(({ vector, excluding }) => ({ vector, excluded: this.excludedSlot(excluding) })),
      Math.max(...queries.map(({ limit }) => limit)),
      this.quantised,
      this.size,
    );
  }

  private scanned({ vector, limit, excluding, accepts }: FilteredQuery): Promise<Candidates> {
    const { entries } = this;
    return this.quantised.candidates(vector, limit, {
      rows: this.size,
      excluded: this.excludedSlot(excluding),
      accepts:
        accepts &&
        ((slot) => accepts({ registrationId: entries.registrations.get(slot), state: entries.state(slot) })),
    });
  }

  private excludedSlot(registrationId: string | undefined): number {
    return registrationId === undefined ? -1 : (this.entries.slotOf(registrationId) ?? -1);
  }

  /** The hits among candidates; undefined if a score lies above its bound, so that the candidates cannot be trusted. */
  private nearest({ vector, limit }: IndexQuery, { slots, bounds }: Candidates): IndexHit[] | undefined {
    const { registrations } = this.entries;
    const best: Scored[] = [];
    let scored = 0;
    // An equal bound may be an equal score with a smaller registration id.
    while (scored < slots.length && (bounds[scored] ?? 0) >= (best[limit - 1]?.score ?? -1)) {
      const some = slots.slice(scored, scored + SCORED_AT_ONCE);
      const scores = this.entries.scores(vector, some);
      for (let at = 0; at < scores.length; at += 1) {
        const score = scores[at] ?? 0;
        if (score > (bounds[scored + at] ?? 0)) return undefined;
        const worst = best[limit - 1];
        if (!worst || score >= worst.score)
          insertRanked(best, { slot: some[at] ?? 0, score }, limit, ({ slot }) => registrations.get(slot));
      }
      scored += some.length;
    }
    this.proofs = {
      ...this.proofs,
      byFew: this.proofs.byFew + (scored <= FEW ? 1 : 0),
      scored: this.proofs.scored + scored,
    };
    return this.hits(best);
  }

  private hits(best: readonly Scored[]): IndexHit[] {
    const { registrations, patterns } = this.entries;
    const slots = best.map(({ slot }) => slot);
    const registrationIds = registrations.many(slots);
    const patternIds = patterns.many(slots);
    return best.map(({ slot, score }, at) => ({
      registrationId: registrationIds[at] ?? '',
      patternId: patternIds[at] ?? '',
      state: this.entries.state(slot),
      score,
    }));
  }
}

/** Threads of a search: as many as wanted, by default one a processor, 1 to MAX_THREADS. */
export function searchThreads(wanted = availableParallelism()): number {
  return Math.max(1, Math.min(MAX_THREADS, wanted));
}

interface Scored {
  readonly slot: number;
  readonly score: number;
}
