export { DEFAULT_CALIBRATION } from './calibration.js';
export { createFingerprinter } from './create-fingerprinter.js';
export { createFingerprintPool, type FingerprintPool } from './fingerprint-pool.js';
export {
  decodeEmbedding,
  decodeFingerprintHead,
  decodeFingerprint,
  encodeFingerprint,
  EMBEDDING_DIMENSION,
  withoutRepeat,
} from './fingerprint-format.js';
export { MODEL_DIGEST } from './model.js';
export { readPicture, type ReadPicture } from './read-picture.js';
export { findRepeat } from './repeat/find-repeat.js';
