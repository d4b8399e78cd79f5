import { Problem } from '../../problem.js';
import { lowerChiSquaredShare, upperBound } from './bounds.js';

/** Share of the queries whose scores make the tail. */
const TAIL_SHARE = 0.1;
const FEWEST_IN_TAIL = 10;
/** Queries that can be calibrated by, at least. */
const FEWEST_QUERIES = 50;
/** Scores nearer to 1 than this count as that near: 1 itself lies infinitely far out. */
const NEAREST = 1e-6;

/** How often the best of a gallery's scores for an unrelated query reaches a score. */
export interface ScoreTail {
  /** The score from which the fit counts; below it the queries themselves are counted. */
  readonly from: number;
  /** Queries above `from`. */
  readonly queries: number;
  /** Of the fit: how fast scores grow rarer, per unit of -ln(1 - score). */
  readonly rate: number;
  /**
   * The share of queries whose best score against `gallery` unrelated patterns is at least `score`, 0 to 1.
   * @param bound whether the upper 95% bound is wanted instead of the best estimate
   */
  reaching(score: number, gallery: number, bound?: 'upper'): number;
  /** The least score that at most this share of queries reaches against `gallery` unrelated patterns, by the fit and by the count. */
  scoreAt(share: number, gallery: number): number;
}

/**
 * Learns from unrelated queries how rare a score is, also beyond the highest one seen.
 *
 * Each comparison with an unrelated pattern is taken for an independent chance p(s) to reach the score s, so that the best of N
 * reaches it with 1 - (1 - p(s))^N; p follows from the share of queries that reach s against the gallery measured. Beyond the
 * tenth of the scores that is highest the share is that of a generalised Pareto distribution over the excesses whose upper end
 * is 1, the highest score there is: it falls as a power of 1 - s, that is exponentially in -ln(1 - s), and its one parameter
 * is fitted by maximum likelihood (Pickands, "Statistical inference using extreme order statistics", 1975). The upper bound
 * takes the share above the tail's beginning at its Clopper-Pearson bound and the rate at the lower bound of its chi-squared
 * interval, both at 95%.
 *
 * No threshold is set below what too many of the queries themselves reached, whatever the fit says.
 *
 * Its weakness: patterns of one kind resemble each other, so comparisons are not independent, a larger registry has more of each kind
 * than a small gallery and its best may score higher than stated; the further it reaches beyond the scores measured, the more
 * the answer is the fitted form's, which no measurement here can test; one related pair among the queries taken for unrelated
 * lifts the tail.
 *
 * @param best each query's best score, 0 to 1; lower ones count as 0
 * @param gallery unrelated patterns that each was compared with
 * @throws Problem for fewer than FEWEST_QUERIES scores, or if the highest tenth of them are all the same
 */
export function fitScoreTail(best: readonly number[], gallery: number): ScoreTail {
  mustBeEnough(best.length);
  const sorted = [...best].sort((a, b) => b - a);
  const count = Math.max(FEWEST_IN_TAIL, Math.floor(sorted.length * TAIL_SHARE));
  const from = sorted[count] ?? 0;
  const sum = sorted.slice(0, count).reduce((total, score) => total + depth(score) - depth(from), 0);
  if (sum <= 0)
    throw new Problem(
      '--dataset',
      'its queries without a match all score the same',
      'give a set of more and other pictures',
    );
  const rate = count / sum;
  const beyond = (score: number, bound: 'upper' | undefined) =>
    (bound ? upperBound(count, sorted.length) : count / sorted.length) *
    Math.exp(-(depth(score) - depth(from)) * rate * (bound ? lowerChiSquaredShare(2 * count) : 1));
  const counted = (score: number, bound: 'upper' | undefined) => {
    const reached = sorted.filter((one) => one >= score).length;
    return bound ? upperBound(reached, sorted.length) : reached / sorted.length;
  };
  return {
    from,
    queries: count,
    rate,
    reaching: (score, target, bound) =>
      ofAnother(score > from ? beyond(score, bound) : counted(score, bound), target / gallery),
    scoreAt(share, target) {
      // No threshold is lower than what too many of the queries themselves reached.
      const counted = target < gallery ? 0 : justAbove(sorted[Math.floor(share * sorted.length)] ?? 0);
      return share * sorted.length < 1 ? fitted(share, target) : Math.max(counted, fitted(share, target));
    },
  };

  function fitted(share: number, target: number): number {
    const wanted = ofAnother(share, gallery / target);
    if (wanted <= count / sorted.length)
      return 1 - Math.exp(-depth(from) - Math.log(count / sorted.length / wanted) / rate);
    const tooMany = sorted[Math.floor(wanted * sorted.length + 1e-9)] ?? -Infinity;
    return sorted.filter((one) => one > tooMany).at(-1) ?? from;
  }
}

/** @throws Problem for fewer unrelated queries than FEWEST_QUERIES */
export function mustBeEnough(queries: number): void {
  if (queries >= FEWEST_QUERIES) return;
  throw new Problem(
    '--dataset',
    `has ${queries} queries without a match`,
    `give a set with at least ${FEWEST_QUERIES}, better thousands`,
  );
}

/** The least score, to nine decimals, that this one does not reach. */
function justAbove(score: number): number {
  return score + 1e-9;
}

/** A share of queries that reach a score against one gallery, against one `times` as large. */
function ofAnother(share: number, times: number): number {
  return -Math.expm1(Math.log1p(-Math.min(share, 1 - Number.EPSILON)) * times);
}

function depth(score: number): number {
  return -Math.log(Math.max(NEAREST, 1 - Math.max(0, score)));
}
