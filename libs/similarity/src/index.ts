export { ExactIndex, type ProofCount } from './exact-index.js';
export { PlainIndex } from './plain-index.js';
