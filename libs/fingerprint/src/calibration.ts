import type { Calibration } from '#libs/registry';
import { MODEL_DIGEST } from './model.js';

/** Scores, and how many of 10,000 unrelated patterns reach them among 1,500: as "weft bench calibrate" wrote it. */
const BACKGROUND: readonly (readonly [score: number, per10000: number])[] = [
  [0.8783, 5.78],
  [0.8739, 8.96],
  [0.8491, 12],
  [0.84, 16.1],
  [0.8115, 18.6],
  [0.7858, 21.5],
  [0.7685, 24.9],
  [0.7539, 28.9],
  [0.73, 33.4],
  [0.7015, 38.7],
  [0.6937, 44.7],
  [0.683, 51.8],
  [0.6642, 59.9],
  [0.6266, 69.4],
  [0.5942, 80.3],
  [0.5761, 92.9],
  [0.554, 108],
  [0.5333, 125],
  [0.5103, 144],
  [0.4885, 167],
  [0.4706, 193],
  [0.4522, 223],
  [0.4324, 259],
  [0.4127, 299],
  [0.392, 346],
  [0.3704, 401],
  [0.3482, 464],
  [0.3253, 537],
  [0.3014, 622],
  [0.2767, 720],
  [0.2513, 833],
  [0.2249, 964],
  [0.2052, 1_120],
  [0.1908, 1_290],
  [0.1756, 1_490],
  [0.1632, 1_730],
  [0.1513, 2_000],
  [0.1396, 2_320],
  [0.1274, 2_680],
  [0.1163, 3_100],
  [0.1062, 3_590],
  [0.0966, 4_160],
  [0.0874, 4_810],
  [0.078, 5_570],
  [0.0692, 6_450],
  [0.061, 7_460],
  [0.0518, 8_640],
  [0.0374, 10_000],
];

/**
 * Thresholds for this version's fingerprints, and how rare their scores are, against the gallery that they were measured with;
 * model/MODEL_CARD.md says from what and how, and what other sizes of registry would want.
 */
export const DEFAULT_CALIBRATION: Calibration = {
  id: 'cal-2',
  modelDigest: MODEL_DIGEST,
  duplicateAt: 0.8491,
  suspectedAt: 0.5602,
  gallery: 1_500,
  background: BACKGROUND.map(([score, per10000]) => ({ score, per10000 })),
};
