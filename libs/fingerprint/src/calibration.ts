import type { Calibration } from '#libs/registry';
import { MODEL_DIGEST } from './model.js';

/**
 * Thresholds for this version's fingerprints, and how rare their scores are, against the gallery that they were measured with;
 * model/MODEL_CARD.md says from what and how, and what other sizes of registry would want.
 */
export const DEFAULT_CALIBRATION: Calibration = {
  id: 'cal-1',
  modelDigest: MODEL_DIGEST,
  duplicateAt: 0.89,
  suspectedAt: 0.57,
  gallery: 1_500,
  background: [
    { score: 0.943, per10000: 3.3 },
    { score: 0.89, per10000: 10 },
    { score: 0.7295, per10000: 37 },
    { score: 0.57, per10000: 100 },
    { score: 0.5358, per10000: 113 },
    { score: 0.2033, per10000: 1_000 },
    { score: 0, per10000: 10_000 },
  ],
};
