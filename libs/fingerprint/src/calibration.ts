import type { Calibration } from '#libs/registry';
import { MODEL_DIGEST } from './model.js';

/** Thresholds for this version's fingerprints, and how rare they are; how that was found stands in model/MODEL_CARD.md. */
export const DEFAULT_CALIBRATION: Calibration = {
  id: 'cal-embedding-1',
  modelDigest: MODEL_DIGEST,
  duplicateAt: 0.93,
  suspectedAt: 0.89,
  gallery: 2_000,
  background: [
    { score: 0.93, per10000: 780 },
    { score: 0.89, per10000: 1_400 },
  ],
};
