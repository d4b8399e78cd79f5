export { ExactIndex, type ExactIndexOptions, type FilteredQuery, type ProofCount } from './exact-index.js';
export { measureMemoryRate } from './memory-rate.js';
export { PlainIndex } from './plain-index.js';
export { readSnapshot, writeSnapshot } from './snapshot-file.js';
export { createCandidateVerifier, type DecodeFingerprint } from './verification/candidate-verifier.js';
export type { Affine, PairEvidence, PairMatch } from './verification/pair-match.js';
export { matchPair } from './verification/match-pair.js';
export type { MilvusConnection } from './milvus/milvus-engine.js';
export { MilvusIndex, type MilvusIndexOptions } from './milvus/milvus-index.js';
