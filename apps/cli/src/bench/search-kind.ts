import { rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { IndexEntry, IndexQuery, IndexResult, SimilarityIndex } from '#libs/registry';
import { ExactIndex, PlainIndex, readSnapshot, writeSnapshot } from '#libs/similarity';
import type { Vectors } from './bench-vectors.js';

export const MODEL = `sha256:${'0'.repeat(64)}`;
export const LIMIT = 50;
const WARM_UP = 20;
/** Entries applied at a time. */
const PAGE = 1_000;

export interface Latency {
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
}

/** Batches of one size beside the bare matrix product of that size, measured alternately. Comparisons: queries times patterns. */
export interface BatchMeasure {
  readonly comparisons_per_s: number;
  readonly matmul_comparisons_per_s: number;
  /** Median of the ratio of the two. */
  readonly share_of_matmul: number;
}

/** Searches for the 50 nearest over one kind of vectors. Milliseconds, bytes, shares from 0 to 1. */
export interface SearchMeasure {
  readonly single: Latency;
  readonly batch64: BatchMeasure;
  readonly batch1024: BatchMeasure;
  /** Share of the 50 true nearest that were found, alone and in a batch, with the same score to the bit. */
  readonly recall50: number;
  /** Share of searches proved complete by at most 256 scores; the others needed more scores for the proof. */
  readonly proof_rate: number;
  readonly scored_per_search: number;
  /** Median of a search over the time of reading the 8-bit codes once from memory, at the rate at which the same threads read it. */
  readonly times_of_reading: number;
  /** The same over the median of reading these very codes again and again, alternately with the searches: from the caches, where they fit. */
  readonly times_of_cached_reading: number;
  /** What the index holds. */
  readonly memory_bytes_per_pattern: number;
  /** By how much the process grew; the heap's slack included. */
  readonly rss_bytes_per_pattern: number;
  readonly load_ms: number;
  /** Of applying 1,000 entries, in slices. */
  readonly page: Latency;
  /** How long anything else had to wait while entries were applied: from one turn of the event loop to the next. */
  readonly pause: Latency;
  /** Writing the file, and filling an empty index from it. */
  readonly snapshot: { readonly write_ms: number; readonly read_ms: number };
  readonly limits: {
    /** From memory. */
    readonly read_bytes_per_s: number;
    /** Of these very codes, from the caches where they fit. */
    readonly cached_read_bytes_per_s: number;
    readonly matmul_comparisons_per_s: number;
  };
}

export interface KindOptions {
  /** Entries in the index. */
  readonly patterns: number;
  /** Length of every vector. */
  readonly dimension: number;
  /** Searches measured. */
  readonly searches: number;
  /** Searches compared with the plain comparison of everything. */
  readonly compared: number;
  /** Batches of each size. */
  readonly batches: number;
  /** Where a snapshot may be written. */
  readonly snapshotFile: string;
  /** Bytes a second that the threads of a search read from memory. */
  readonly memoryRate: number;
}

/** @param vectors gives the same ones at every call */
export async function measureKind(vectors: () => Vectors, options: KindOptions): Promise<SearchMeasure> {
  const { patterns, dimension, searches } = options;
  const before = await rss();
  const exact = new ExactIndex(MODEL, dimension);
  const source = vectors();
  const { pages, pauses } = await load(exact, source, patterns);
  const grown = (await rss()) - before;
  const queries = Array.from({ length: Math.max(searches, 1024) }, () => ({
    vector: source.next(),
    limit: LIMIT,
  }));

  const alone = await searchAlone(exact, queries.slice(0, searches));
  const { proof } = exact;
  const batch64 = await searchBatches(exact, queries.slice(0, 64), options.batches * 4);
  const batch1024 = await searchBatches(exact, queries.slice(0, 1024), options.batches);
  const compared = queries.slice(0, options.compared);
  const together = await exact.search(queries.slice(0, Math.max(64, compared.length)));
  const truth = await plainResults(vectors(), compared, options);
  const found = [recall(alone.results, truth), recall(together, truth)];
  const snapshot = await measureSnapshot(exact, options);
  const { bytes } = exact;
  await exact.close();
  return {
    single: latency(alone.times),
    batch64,
    batch1024,
    recall50: Math.min(...found),
    proof_rate: proof.byFew / proof.searches,
    scored_per_search: rounded(proof.scored / proof.searches),
    times_of_reading: rounded(percentile(alone.times, 0.5) / ((alone.bytes / options.memoryRate) * 1000)),
    times_of_cached_reading: rounded(percentile(alone.times, 0.5) / percentile(alone.reads, 0.5)),
    memory_bytes_per_pattern: Math.round(bytes / patterns),
    rss_bytes_per_pattern: Math.round(grown / patterns),
    load_ms: rounded(pages.reduce((sum, ms) => sum + ms, 0)),
    page: latency(pages),
    pause: latency(pauses),
    snapshot,
    limits: {
      read_bytes_per_s: Math.round(options.memoryRate),
      cached_read_bytes_per_s: Math.round((alone.bytes / percentile(alone.reads, 0.5)) * 1000),
      matmul_comparisons_per_s: batch1024.matmul_comparisons_per_s,
    },
  };
}

/** Milliseconds of applying each page, and of every pause that this made. */
export interface LoadTimes {
  readonly pages: readonly number[];
  readonly pauses: readonly number[];
}

/** Applies drawn vectors in pages; the drawing is not in the times. */
export async function load(index: SimilarityIndex, source: Vectors, patterns: number): Promise<LoadTimes> {
  const pages: number[] = [];
  const pauses: number[] = [];
  for (let first = 0; first < patterns; first += PAGE) {
    const page = Array.from({ length: Math.min(PAGE, patterns - first) }, (_, at) =>
      entryOf(first + at, source.next()),
    );
    pages.push(
      await timed(async () => {
        pauses.push(...(await pausesDuring(() => index.apply(page, first + page.length))));
      }),
    );
  }
  return { pages, pauses };
}

/** The times from one turn of the event loop to the next until the work is done. */
async function pausesDuring(work: () => Promise<unknown>): Promise<number[]> {
  const pauses: number[] = [];
  let last = performance.now();
  let working = true;
  const watch = async () => {
    while (working) {
      await setImmediate();
      const now = performance.now();
      pauses.push(now - last);
      last = now;
    }
  };
  const watching = watch();
  await work();
  working = false;
  await watching;
  return pauses;
}

async function searchAlone(exact: ExactIndex, queries: readonly IndexQuery[]) {
  for (const query of queries.slice(0, WARM_UP)) {
    await exact.readCodes();
    await exact.search([query]);
  }
  const reads: number[] = [];
  const times: number[] = [];
  const results: IndexResult[] = [];
  let bytes = 0;
  for (const query of queries) {
    reads.push(await timed(async () => (bytes = await exact.readCodes())));
    times.push(await timed(async () => results.push(...(await exact.search([query])))));
  }
  return { reads, times, results, bytes };
}

async function searchBatches(
  exact: ExactIndex,
  queries: readonly IndexQuery[],
  batches: number,
): Promise<BatchMeasure> {
  const comparisons = queries.length * exact.size;
  await exact.multiplyVectors(queries.length);
  await exact.search(queries);
  const bare: number[] = [];
  const searched: number[] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    bare.push(await timed(() => exact.multiplyVectors(queries.length)));
    searched.push(await timed(() => exact.search(queries)));
  }
  const shares = searched.map((ms, at) => (bare[at] ?? 0) / ms);
  return {
    comparisons_per_s: Math.round((comparisons / percentile(searched, 0.5)) * 1000),
    matmul_comparisons_per_s: Math.round((comparisons / percentile(bare, 0.5)) * 1000),
    share_of_matmul: rounded(percentile(shares, 0.5)),
  };
}

async function plainResults(
  source: Vectors,
  queries: readonly IndexQuery[],
  { patterns, dimension }: KindOptions,
): Promise<IndexResult[]> {
  const plain = new PlainIndex(MODEL, dimension);
  await load(plain, source, patterns);
  const results = await plain.search(queries);
  await plain.close();
  return results;
}

/** Share of the true hits that were found with the same score. */
function recall(results: readonly IndexResult[], truth: readonly IndexResult[]): number {
  let found = 0;
  let wanted = 0;
  for (const [at, { hits }] of truth.entries()) {
    const scores = new Map(results[at]?.hits.map((hit) => [hit.registrationId, hit.score]));
    for (const { registrationId, score } of hits) {
      wanted += 1;
      if (scores.get(registrationId) === score) found += 1;
    }
  }
  return found / wanted;
}

async function measureSnapshot(exact: ExactIndex, { dimension, snapshotFile }: KindOptions) {
  const write = await timed(() => writeSnapshot(exact, snapshotFile));
  const again = new ExactIndex(MODEL, dimension);
  const read = await timed(() => readSnapshot(again, snapshotFile));
  await again.close();
  await rm(snapshotFile);
  return { write_ms: rounded(write), read_ms: rounded(read) };
}

/** What the process holds after collecting what it no longer needs. */
async function rss(): Promise<number> {
  setFlagsFromString('--expose-gc');
  for (let round = 0; round < 3; round += 1) {
    runInNewContext('gc()');
    await setImmediate();
  }
  return process.memoryUsage().rss;
}

function entryOf(number: number, vector: Float32Array): IndexEntry {
  const id = `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  return { registrationId: id, patternId: id, state: 'registered', vector };
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function latency(times: readonly number[]): Latency {
  return {
    p50_ms: rounded(percentile(times, 0.5)),
    p95_ms: rounded(percentile(times, 0.95)),
    p99_ms: rounded(percentile(times, 0.99)),
  };
}

export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
