import { type Expected, type Ranked } from './measures.js';

const BINS = 15;

/** One of the bins: queries whose best answers score alike. */
export interface CalibrationBin {
  readonly queries: number;
  /** Mean score of their best answers, 0 to 1. */
  readonly score: number;
  /** Share of their best answers that are right. */
  readonly right: number;
}

/** How far scores lie from the chance to be right. */
export interface CalibrationError {
  /** Expected calibration error, 0 to 1. */
  readonly value: number;
  readonly bins: readonly CalibrationBin[];
}

/**
 * Expected calibration error (Guo et al., "On Calibration of Modern Neural Networks", 2017) of the scores read as the
 * chance that a query's best answer is right: all queries with an answer, in the order of its score, in 15 bins of as many
 * queries each; the mean over the queries of the distance between a bin's mean score and its share of right answers.
 * A best answer to a query without a match is wrong. Scores below 0 count as 0.
 * @returns null without answers, or if a score is above 1: it is no share then
 */
export function calibrationError(answers: readonly Ranked[], expected: Expected): CalibrationError | null {
  const best = answers
    .filter(({ rank }) => rank === 1)
    .map(({ query, reference, score }) => ({ score, right: expected.get(query) === reference }))
    .sort((a, b) => a.score - b.score);
  if (best.length === 0 || (best.at(-1)?.score ?? 0) > 1) return null;
  const count = Math.min(BINS, best.length);
  const bins = Array.from({ length: count }, (_, bin): CalibrationBin => {
    const part = best.slice(
      Math.round((bin * best.length) / count),
      Math.round(((bin + 1) * best.length) / count),
    );
    return {
      queries: part.length,
      score: part.reduce((sum, { score }) => sum + Math.max(0, score), 0) / part.length,
      right: part.filter(({ right }) => right).length / part.length,
    };
  });
  const value = bins.reduce((sum, bin) => sum + bin.queries * Math.abs(bin.score - bin.right), 0);
  return { value: value / best.length, bins };
}
