import type { Calibration } from './ports.js';

/**
 * Of how many unrelated patterns in 10,000 the best of a gallery as large as the calibration's scores at least this. Between
 * two measured points the more frequent one counts, below all of them 10,000: never rarer than was measured.
 * @param score a verified score, 0 to 1
 */
export function rarityOf(score: number, calibration: Pick<Calibration, 'background'>): number {
  const reached = calibration.background.filter((point) => point.score <= score);
  return reached.reduce((rarest, { per10000 }) => Math.min(rarest, per10000), 10_000);
}
