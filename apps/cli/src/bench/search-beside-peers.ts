import { ExactIndex } from '#libs/similarity';
import type { Vectors } from './bench-vectors.js';
import type { SearchPeer } from './peers/search-peer.js';
import { LIMIT, load, MODEL, percentile, rounded, timed } from './search-kind.js';

/** One engine beside the exact index in the same process. */
export interface PeerMeasure {
  readonly p50_ms: number;
  /** Share of the exact index's 50 that the peer found. */
  readonly recall50: number;
  /** The peer's median over that of the exact index, searching alternately. */
  readonly times_of_ours: number;
}

export interface BesideOptions {
  readonly patterns: number;
  readonly dimension: number;
  /** Searches of each peer. */
  readonly searches: number;
}

/** Searches with every peer that is there, one peer at a time, alternately with the exact index. */
export async function searchBesidePeers(
  vectors: () => Vectors,
  peers: readonly SearchPeer[],
  { patterns, dimension, searches }: BesideOptions,
  say: (line: string) => void,
): Promise<Record<string, PeerMeasure>> {
  const source = vectors();
  const all = new Float32Array(patterns * dimension);
  for (let at = 0; at < patterns; at += 1) all.set(source.next(), at * dimension);
  const queries = Array.from({ length: searches }, () => ({ vector: source.next(), limit: LIMIT }));
  const exact = new ExactIndex(MODEL, dimension);
  await load(exact, vectors(), patterns);
  const measures: Record<string, PeerMeasure> = {};
  for (const peer of peers) {
    const missing =
      patterns > peer.mostVectors
        ? `measured up to ${peer.mostVectors} vectors only`
        : await peer.available();
    if (missing !== '') {
      say(`${peer.name} is left out: ${missing}`);
      continue;
    }
    say(`${peer.name}: loading`);
    try {
      await peer.load(all, dimension);
      measures[peer.name] = await beside(exact, peer, queries);
    } finally {
      await peer.close();
    }
  }
  await exact.close();
  return measures;
}

async function beside(
  exact: ExactIndex,
  peer: SearchPeer,
  queries: readonly { readonly vector: Float32Array; readonly limit: number }[],
): Promise<PeerMeasure> {
  const ours: number[] = [];
  const theirs: number[] = [];
  let found = 0;
  for (const query of queries) {
    const wanted = new Set<number>();
    ours.push(
      await timed(async () => {
        const [result] = await exact.search([query]);
        for (const { registrationId } of result?.hits ?? [])
          wanted.add(parseInt(registrationId.slice(-12), 16));
      }),
    );
    let ids: readonly number[] = [];
    theirs.push(await timed(async () => (ids = await peer.search(query.vector, LIMIT))));
    found += ids.filter((id) => wanted.has(id)).length;
  }
  const [first, p50] = [percentile(ours, 0.5), percentile(theirs, 0.5)];
  return {
    p50_ms: rounded(p50),
    recall50: found / (queries.length * LIMIT),
    times_of_ours: rounded(p50 / first),
  };
}
