import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { IndexEntry, IndexQuery, IndexResult, SimilarityIndex } from '#libs/registry';
import { ExactIndex, PlainIndex } from '#libs/similarity';
import { VECTOR_KINDS, VectorSource, type VectorKind } from './bench-vectors.js';

const MODEL = `sha256:${'0'.repeat(64)}`;
const LIMIT = 50;
const WARM_UP = 20;
/** Entries applied at a time. */
const PAGE = 1_000;

export interface SearchBenchOptions {
  /** Entries in the index. */
  readonly patterns: number;
  /** Length of every vector. */
  readonly dimension: number;
  /** Searches measured for each kind of vectors. */
  readonly searches: number;
  /** Searches compared with the plain comparison of everything, for each kind. */
  readonly compared: number;
}

/** One search of one query at a time, k = 50. Times in milliseconds, rates in bytes per second; shares from 0 to 1. */
export interface SearchMeasure {
  readonly single: { readonly p50_ms: number; readonly p95_ms: number; readonly p99_ms: number };
  /** Share of the 50 true nearest that were found, with the same score to the bit. */
  readonly recall50: number;
  /** Share of searches proved complete by at most 256 scores; the others needed more scores for the proof. */
  readonly proof_rate: number;
  readonly scored_per_search: number;
  /** Median of a search over the median of reading the 8-bit codes once. */
  readonly times_of_reading: number;
  readonly memory_bytes_per_pattern: number;
  readonly load_ms: number;
  /** The slowest application of 1,000 entries. */
  readonly slowest_page_ms: number;
  readonly limits: { readonly read_bytes_per_s: number };
  readonly peers: { readonly plain_javascript: { readonly p50_ms: number; readonly recall50: number } };
}

/** All kinds, and at the top the slowest of them with the lowest recall and proof rate of any. */
export interface SearchBench extends SearchMeasure {
  readonly patterns: number;
  readonly dimension: number;
  readonly slowest_kind: VectorKind;
  readonly kinds: Readonly<Record<VectorKind, SearchMeasure>>;
}

/** Measures the exact index over drawn vectors of each kind. */
export async function benchSearch(
  options: SearchBenchOptions,
  say: (line: string) => void,
): Promise<SearchBench> {
  const measured = async (kind: VectorKind) => {
    say(`${kind}: ${options.patterns} vectors of ${options.dimension} numbers`);
    return measure(kind, options);
  };
  const [isotropic, clustered, nearDuplicates] = VECTOR_KINDS;
  const kinds = {
    isotropic: await measured(isotropic),
    clustered: await measured(clustered),
    near_duplicates: await measured(nearDuplicates),
  };
  const all = Object.values(kinds);
  const slowest = VECTOR_KINDS.reduce((a, b) => (kinds[b].single.p50_ms > kinds[a].single.p50_ms ? b : a));
  return {
    patterns: options.patterns,
    dimension: options.dimension,
    slowest_kind: slowest,
    ...kinds[slowest],
    recall50: Math.min(...all.map(({ recall50 }) => recall50)),
    proof_rate: Math.min(...all.map(({ proof_rate }) => proof_rate)),
    kinds,
  };
}

async function measure(
  kind: VectorKind,
  { patterns, dimension, searches, compared }: SearchBenchOptions,
): Promise<SearchMeasure> {
  const before = await memoryHeld();
  const exact = new ExactIndex(MODEL, dimension);
  const source = new VectorSource(kind, dimension, patterns, 1);
  const loading = await load(exact, source, patterns);
  const memory = (await memoryHeld()) - before;
  const queries = Array.from({ length: searches }, () => ({ vector: source.next(), limit: LIMIT }));
  const plain = new PlainIndex(MODEL, dimension);
  await load(plain, new VectorSource(kind, dimension, patterns, 1), patterns);

  for (const query of queries.slice(0, WARM_UP)) await exact.search([query]);
  const reads: number[] = [];
  const times: number[] = [];
  const results: (IndexResult | undefined)[] = [];
  let bytes = 0;
  for (const query of queries) {
    const start = performance.now();
    bytes = await exact.readCodes();
    reads.push(performance.now() - start);
    const { ms, result } = await timed(exact, query);
    times.push(ms);
    results.push(result);
  }
  const peer: number[] = [];
  let found = 0;
  let wanted = 0;
  for (const [at, query] of queries.slice(0, compared).entries()) {
    const { ms, result } = await timed(plain, query);
    peer.push(ms);
    const scores = new Map(results[at]?.hits.map((hit) => [hit.registrationId, hit.score]));
    for (const { registrationId, score } of result?.hits ?? []) {
      wanted += 1;
      if (scores.get(registrationId) === score) found += 1;
    }
  }
  const { proof } = exact;
  const read = percentile(reads, 0.5);
  const p50 = percentile(times, 0.5);
  await Promise.all([exact.close(), plain.close()]);
  return {
    single: {
      p50_ms: rounded(p50),
      p95_ms: rounded(percentile(times, 0.95)),
      p99_ms: rounded(percentile(times, 0.99)),
    },
    recall50: found / wanted,
    proof_rate: proof.byFew / proof.searches,
    scored_per_search: rounded(proof.scored / proof.searches),
    times_of_reading: rounded(p50 / read),
    memory_bytes_per_pattern: Math.round(memory / patterns),
    ...loading,
    limits: { read_bytes_per_s: Math.round((bytes / read) * 1000) },
    peers: { plain_javascript: { p50_ms: rounded(percentile(peer, 0.5)), recall50: 1 } },
  };
}

/** Applies drawn vectors in pages; the drawing is not in the times. */
async function load(
  index: SimilarityIndex,
  source: VectorSource,
  patterns: number,
): Promise<{ load_ms: number; slowest_page_ms: number }> {
  let sum = 0;
  let slowest = 0;
  for (let first = 0; first < patterns; first += PAGE) {
    const page = Array.from({ length: Math.min(PAGE, patterns - first) }, (_, at) =>
      entryOf(first + at, source),
    );
    const start = performance.now();
    await index.apply(page, first + page.length);
    const ms = performance.now() - start;
    sum += ms;
    slowest = Math.max(slowest, ms);
  }
  return { load_ms: rounded(sum), slowest_page_ms: rounded(slowest) };
}

/** Bytes that the process holds after collecting what it no longer needs; WebAssembly's memory is among the external. */
async function memoryHeld(): Promise<number> {
  setFlagsFromString('--expose-gc');
  for (let round = 0; round < 3; round += 1) {
    runInNewContext('gc()');
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function entryOf(number: number, source: VectorSource): IndexEntry {
  const id = `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  return { registrationId: id, patternId: id, state: 'registered', vector: source.next() };
}

async function timed(
  index: SimilarityIndex,
  query: IndexQuery,
): Promise<{ ms: number; result: IndexResult | undefined }> {
  const start = performance.now();
  const [result] = await index.search([query]);
  return { ms: performance.now() - start, result };
}

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
