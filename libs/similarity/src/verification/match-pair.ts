import type { Fingerprint } from '#libs/registry';
import { compareCells, prepareCell, type PreparedCell } from './compare-cells.js';
import { findCorrespondences, prepareFeatures, type PreparedFeatures } from './correspondences.js';
import { density } from './density.js';
import { findPlacings } from './find-placings.js';
import { matchedShare } from './matched-share.js';
import type { PairMatch } from './pair-match.js';
import { isRecoloured } from './recolouring.js';
import { likelihood } from './likelihood.js';
import { transformOf } from './transform-of.js';

/** A query made ready once for many candidates. */
export interface PreparedQuery extends PreparedFeatures {
  readonly fingerprint: Fingerprint;
  readonly cell: PreparedCell | null;
}

/** Takes a query's descriptors apart and readies its repeat unit. */
export function prepareQuery(fingerprint: Fingerprint): PreparedQuery {
  const { features, repeat } = fingerprint;
  return { fingerprint, ...prepareFeatures(features), cell: repeat && prepareCell(repeat) };
}

/** Compares two fingerprints of one model; `matchPrepared` does the same for many candidates of one query. */
export function matchPair(query: Fingerprint, candidate: Fingerprint): PairMatch {
  return matchPrepared(prepareQuery(query), candidate);
}

/**
 * The comparison, whole: features that look alike, the placings they agree on, the repeat units, and what all of it says.
 * Deterministic: the same fingerprints give the same match.
 */
export function matchPrepared(query: PreparedQuery, candidate: Fingerprint): PairMatch {
  const correspondences = findCorrespondences(query, prepareFeatures(candidate.features));
  const placings = findPlacings(query.features, candidate.features, correspondences);
  const cells = query.cell && candidate.repeat ? compareCells(query.cell, candidate.repeat) : null;
  const pairs = placings
    .flatMap(({ support }) => support)
    .map((one) => ({ query: correspondences.query[one]!, candidate: correspondences.candidate[one]! }));
  const places = (side: 'query' | 'candidate'): number[] => pairs.map((pair) => pair[side]);
  const evidence = {
    cosine: cosine(query.fingerprint.embedding, candidate.embedding),
    inliers: placings[0]?.support.length ?? 0,
    agreement: placings[0]?.weight ?? 0,
    density: density(placings[0], query.features, candidate.features),
    agreements: placings.reduce((sum, { weight }) => sum + weight, 0),
    features: Math.min(query.features.count, candidate.features.count),
    cells: cells?.score ?? 0,
  };
  const placing = placings[0]?.affine ?? cells?.placing?.affine ?? null;
  return {
    score: likelihood(evidence),
    transform:
      placing &&
      transformOf(placing, candidate.features, isRecoloured(query.features, candidate.features, pairs)),
    matchedShare: {
      query: matchedShare(query.features, places('query')),
      candidate: matchedShare(candidate.features, places('candidate')),
    },
    evidence,
    placing,
    pairs,
  };
}

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return Math.max(-1, Math.min(1, sum));
}
