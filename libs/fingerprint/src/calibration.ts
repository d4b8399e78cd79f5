import type { Calibration } from '#libs/registry';
import { MODEL_DIGEST } from './model.js';

/**
 * Thresholds for this version's fingerprints, and how rare their scores are, against the gallery that they were measured with;
 * `weft bench calibrate` made them, model/MODEL_CARD.md says from what, and what other sizes of registry would want.
 */
export const DEFAULT_CALIBRATION: Calibration = {
  id: 'cal-1',
  modelDigest: MODEL_DIGEST,
  duplicateAt: 0.7955,
  suspectedAt: 0.53,
  gallery: 1_500,
  background: [
    { score: 0.9297, per10000: 1.0 },
    { score: 0.9185, per10000: 1.35 },
    { score: 0.9057, per10000: 1.82 },
    { score: 0.8912, per10000: 2.46 },
    { score: 0.8748, per10000: 3.32 },
    { score: 0.8562, per10000: 4.49 },
    { score: 0.8354, per10000: 6.06 },
    { score: 0.8123, per10000: 8.19 },
    { score: 0.7867, per10000: 11.1 },
    { score: 0.7587, per10000: 14.9 },
    { score: 0.7281, per10000: 20.2 },
    { score: 0.6952, per10000: 27.2 },
    { score: 0.66, per10000: 36.7 },
    { score: 0.6229, per10000: 49.6 },
    { score: 0.584, per10000: 67.0 },
    { score: 0.5436, per10000: 90.5 },
    { score: 0.5023, per10000: 122.0 },
    { score: 0.4602, per10000: 165.0 },
    { score: 0.4179, per10000: 223.0 },
    { score: 0.3754, per10000: 301.0 },
    { score: 0.3329, per10000: 406.0 },
    { score: 0.2904, per10000: 548.0 },
    { score: 0.2476, per10000: 741.0 },
    { score: 0.2033, per10000: 1000.0 },
    { score: 0, per10000: 10_000 },
  ],
};
