import type { Calibration } from '#libs/registry';
import { MODEL_DIGEST } from './model.js';

/** Thresholds for this version's fingerprints; how they were found stands in model/MODEL_CARD.md. */
export const DEFAULT_CALIBRATION: Calibration = {
  modelDigest: MODEL_DIGEST,
  duplicateAt: 0.93,
  suspectedAt: 0.89,
};
