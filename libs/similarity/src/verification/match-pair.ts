import type { Fingerprint } from '#libs/registry';
import { scoreOf } from '../score.js';
import type { PairMatch } from './pair-match.js';

/** Compares two fingerprints of one model by their embeddings alone: the score is their cosine, at least 0. */
export function matchPair(query: Fingerprint, candidate: Fingerprint): PairMatch {
  const cosine = scoreOf(query.embedding, candidate.embedding, 0);
  return {
    score: Math.max(0, cosine),
    transform: null,
    matchedShare: { query: 0, candidate: 0 },
    evidence: { cosine, inliers: 0, surprise: 0, cells: 0 },
    placing: null,
    pairs: [],
  };
}
