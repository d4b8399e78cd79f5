import { createHash } from 'node:crypto';
import { type Calibration } from '#libs/registry';
import { makeRoomFor, writeWhole } from '../../home/files.js';
import { Problem } from '../../problem.js';
import { answerByProduct } from '../accuracy/bench-accuracy.js';
import { openDataset } from '../accuracy/dataset-files.js';
import { isHardNegative } from '../accuracy/truth.js';
import { upperBound } from './bounds.js';
import { fitScoreTail, mustBeEnough, type ScoreTail } from './score-tail.js';

/** Of how many unrelated queries one may be judged so. */
const RATES = { duplicateAt: 1 / 1_000, suspectedAt: 1 / 100 } as const;
/** Points of the background, from nearly all queries to one in ten thousand. */
const POINTS = 64;
const TEN_THOUSAND = 10_000;

/** What to calibrate by. */
export interface CalibrateRequest {
  readonly dataset: string;
  readonly out: string;
  /** Patterns in the registry that the thresholds are for. */
  readonly gallery: number;
}

/** How often unrelated queries reach a threshold, per query. */
export interface ThresholdMeasure {
  /** Wanted, against the registry. */
  readonly wanted: number;
  /** Its upper 95% bound by the fit, against the registry. */
  readonly upper: number;
  /** Queries that reached it here, against the gallery measured, and the upper 95% bound (Clopper-Pearson) of their share. */
  readonly reached: number;
  readonly reachedUpper: number;
}

/** A calibration with what it was measured by. */
export interface MeasuredCalibration extends Calibration {
  /** "cal-" and eight hex digits of SHA-256 over the rest. */
  readonly id: string;
  /** Patterns in the registry that thresholds and background are for. */
  readonly gallery: number;
  /** Of how many unrelated queries in 10,000 the best candidate reaches a score; score descending, at most 64. */
  readonly background: readonly { readonly score: number; readonly per10000: number }[];
  readonly measured: {
    readonly queries: number;
    readonly gallery: number;
    readonly highest: number;
    readonly tail: Pick<ScoreTail, 'from' | 'queries' | 'rate'>;
    readonly duplicateAt: ThresholdMeasure;
    readonly suspectedAt: ThresholdMeasure;
  };
}

/**
 * Finds the thresholds that one in 1,000 (DUPLICATE) and one in 100 (SUSPECTED) unrelated queries would reach in a registry of a
 * given size, and the background by which a score's rarity is told, from the verified scores of the queries of a data set that the
 * truth says have no match (hard negatives left out), and writes them. How, and what it cannot know: `fitScoreTail`.
 * @throws Problem naming the folder, file or option that is wrong: no truth, too few queries without a match
 */
export async function benchCalibrate(
  request: CalibrateRequest,
  say: (line: string) => void,
): Promise<MeasuredCalibration> {
  const files = openDataset(request.dataset);
  if (files.truth.missing)
    throw new Problem(
      request.dataset,
      'has no truth.csv',
      'give a set that says which queries have no match',
    );
  const unrelated = new Set(
    files.truth.rows
      .filter((row) => row.reference === null && !isHardNegative(row))
      .map(({ query }) => query),
  );
  mustBeEnough(unrelated.size);
  makeRoomFor(request.out);
  const queries = new Map([...files.queries].filter(([id]) => unrelated.has(id)));
  const { found, calibration } = await answerByProduct({ references: files.references, queries }, say);
  const best = found.verified.filter(({ rank }) => rank === 1).map(({ score }) => score);
  const measured = { best, gallery: found.registered };
  const result = calibrate(measured, request.gallery, calibration.modelDigest);
  writeWhole(request.out, `${JSON.stringify(result, null, 2)}\n`, 0o644);
  return result;
}

/** @param measured the best verified score of each unrelated query, and the patterns that each was compared with */
export function calibrate(
  measured: { readonly best: readonly number[]; readonly gallery: number },
  gallery: number,
  modelDigest: string,
): MeasuredCalibration {
  const { best } = measured;
  const tail = fitScoreTail(best, measured.gallery);
  const thresholdAt = (share: number) => roundedUp(tail.scoreAt(share, gallery));
  const [duplicateAt, suspectedAt] = [thresholdAt(RATES.duplicateAt), thresholdAt(RATES.suspectedAt)];
  const reach = (score: number, wanted: number): ThresholdMeasure => {
    const reached = best.filter((one) => one >= score).length;
    const upper = tail.reaching(score, gallery, 'upper');
    return { wanted, upper, reached, reachedUpper: upperBound(reached, best.length) };
  };
  const rest = {
    modelDigest,
    duplicateAt,
    suspectedAt,
    gallery,
    background: backgroundOf(thresholdAt),
    measured: {
      queries: best.length,
      gallery: measured.gallery,
      highest: Math.max(...best),
      tail: { from: tail.from, queries: tail.queries, rate: tail.rate },
      duplicateAt: reach(duplicateAt, RATES.duplicateAt),
      suspectedAt: reach(suspectedAt, RATES.suspectedAt),
    },
  };
  const digest = createHash('sha256').update(JSON.stringify(rest)).digest('hex');
  return { id: `cal-${digest.slice(0, 8)}`, ...rest };
}

/**
 * Evenly spaced in the logarithm of how rare they are; of equal scores the most frequent counts. Where few queries were seen the count of
 * one rate can lie over the fit of a rarer one: the rarer one then has no point of its own.
 */
function backgroundOf(thresholdAt: (share: number) => number): MeasuredCalibration['background'] {
  const points = new Map<number, number>();
  let highest = -1;
  for (let i = POINTS - 1; i >= 0; i--) {
    const per10000 = Number((TEN_THOUSAND ** (i / (POINTS - 1)) * (1 - 1e-4)).toPrecision(3));
    const score = thresholdAt(per10000 / TEN_THOUSAND);
    if (score <= highest) continue;
    highest = score;
    points.set(score, per10000);
  }
  return [...points].map(([score, per10000]) => ({ score, per10000 })).sort((a, b) => b.score - a.score);
}

/** To four decimals, so that no more reach it than stated. */
function roundedUp(score: number): number {
  return Math.ceil(score * TEN_THOUSAND - 1e-9) / TEN_THOUSAND;
}
