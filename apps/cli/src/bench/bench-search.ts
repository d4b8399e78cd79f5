import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMBEDDING_DIMENSION } from '#libs/fingerprint';
import { ExactIndex, measureMemoryRate } from '#libs/similarity';
import { BootstrappedVectors, VECTOR_KINDS, type Vectors, VectorSource } from './bench-vectors.js';
import type { SearchPeer } from './peers/search-peer.js';
import { realVectors } from './real-vectors.js';
import { type PeerMeasure, searchBesidePeers } from './search-beside-peers.js';
import {
  type KindOptions,
  LIMIT,
  load,
  measureKind,
  MODEL,
  rounded,
  type SearchMeasure,
  timed,
} from './search-kind.js';

/** Queries and patterns of the reference system's whole life: 1.145 billion comparisons. */
const WHOLE_LIFE = { queries: 10_800, patterns: 106_000 };
/** Queries of one call, as many as a busy node's index is given at once. */
const WHOLE_LIFE_CALL = 1_024;

export interface SearchBenchOptions extends Omit<KindOptions, 'snapshotFile' | 'memoryRate'> {
  /** Keeps the embeddings of drawn patterns; without it that kind is left out. */
  readonly real?: string | undefined;
  readonly peers: readonly SearchPeer[];
  /** Searches of each peer. */
  readonly peerSearches: number;
  readonly wholeLife: boolean;
}

/** All kinds, and at the top the slowest of them with the lowest recall and proof rate, and the most memory, of any. */
export interface SearchBench extends SearchMeasure {
  readonly patterns: number;
  readonly dimension: number;
  readonly slowest_kind: string;
  /** Over isotropic vectors. */
  readonly peers: Readonly<Record<string, PeerMeasure>>;
  readonly kinds: Readonly<Record<string, SearchMeasure>>;
  /** 10,800 queries over 106,000 patterns, top 50 of each. */
  readonly whole_life?: { readonly comparisons: number; readonly seconds: number };
}

/** Measures the exact index over each kind of vectors, and beside its peers. */
export async function benchSearch(
  options: SearchBenchOptions,
  say: (line: string) => void,
): Promise<SearchBench> {
  const { patterns, dimension } = options;
  const sources = await sourcesOf(options, say);
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  const kinds: Record<string, SearchMeasure> = {};
  try {
    const memoryRate = await measureMemoryRate();
    for (const [kind, vectors] of sources) {
      say(`${kind}: ${patterns} vectors of ${dimension} numbers`);
      kinds[kind] = await measureKind(vectors, {
        ...options,
        memoryRate,
        snapshotFile: join(folder, 'bench.index'),
      });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const isotropic = sources.get('isotropic');
  const peers = isotropic
    ? await searchBesidePeers(isotropic, options.peers, { ...options, searches: options.peerSearches }, say)
    : {};
  return {
    patterns,
    dimension,
    ...summary(kinds),
    peers,
    kinds,
    ...(options.wholeLife ? { whole_life: await wholeLife(say) } : {}),
  };
}

async function sourcesOf(
  { patterns, dimension, real }: SearchBenchOptions,
  say: (line: string) => void,
): Promise<Map<string, () => Vectors>> {
  const sources = new Map<string, () => Vectors>(
    VECTOR_KINDS.map((kind) => [kind, () => new VectorSource(kind, dimension, patterns, 1)]),
  );
  if (real === undefined) say('real vectors are left out: name a folder for them by --real');
  else if (dimension !== EMBEDDING_DIMENSION)
    say(`real vectors are left out: they have ${EMBEDDING_DIMENSION} numbers`);
  else {
    const vectors = await realVectors(real, say);
    sources.set('real', () => new BootstrappedVectors(vectors, 1));
  }
  return sources;
}

function summary(kinds: Readonly<Record<string, SearchMeasure>>) {
  const all = Object.entries(kinds);
  const slowest = all.reduce((a, b) => (b[1].single.p50_ms > a[1].single.p50_ms ? b : a));
  const measures = all.map(([, measure]) => measure);
  return {
    slowest_kind: slowest[0],
    ...slowest[1],
    recall50: Math.min(...measures.map(({ recall50 }) => recall50)),
    proof_rate: Math.min(...measures.map(({ proof_rate }) => proof_rate)),
    memory_bytes_per_pattern: Math.max(...measures.map((one) => one.memory_bytes_per_pattern)),
  };
}

/** All comparisons of the reference system since its launch, through the index as a node has it. */
async function wholeLife(say: (line: string) => void) {
  const { queries, patterns } = WHOLE_LIFE;
  say(`${queries} queries over ${patterns} patterns`);
  const index = new ExactIndex(MODEL, EMBEDDING_DIMENSION);
  const source = new VectorSource('isotropic', EMBEDDING_DIMENSION, patterns, 1);
  await load(index, source, patterns);
  const all = Array.from({ length: queries }, () => ({ vector: source.next(), limit: LIMIT }));
  await index.search(all.slice(0, 64));
  const ms = await timed(async () => {
    for (let from = 0; from < queries; from += WHOLE_LIFE_CALL)
      await index.search(all.slice(from, from + WHOLE_LIFE_CALL));
  });
  await index.close();
  return { comparisons: queries * patterns, seconds: rounded(ms / 1000) };
}
