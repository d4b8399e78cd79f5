export { ExactIndex } from './exact-index.js';
