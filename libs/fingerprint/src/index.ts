export { DEFAULT_CALIBRATION } from './calibration.js';
export { createFingerprinter } from './create-fingerprinter.js';
export { createFingerprintPool, type FingerprintPool } from './fingerprint-pool.js';
export {
  decodeFingerprint,
  encodeFingerprint,
  EMBEDDING_DIMENSION,
  type Fingerprint,
} from './fingerprint-format.js';
export { MODEL_DIGEST } from './model.js';
export { findRepeat } from './repeat/find-repeat.js';
