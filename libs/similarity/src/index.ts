export { ExactIndex, type ProofCount } from './exact-index.js';
export { PlainIndex } from './plain-index.js';
export type { Affine, PairEvidence, PairMatch } from './verification/pair-match.js';
export { matchPair, matchPrepared, prepareQuery, type PreparedQuery } from './verification/match-pair.js';
