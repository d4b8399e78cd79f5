import {
  microAveragePrecision,
  precisionAtRecall,
  recallAt,
  recallAtFalsePositives,
  type Expected,
  type Ranked,
  type RecallAtFalsePositives,
  type Share,
} from './measures.js';
import { calibrationError, type CalibrationError } from './calibration-error.js';
import { isHardNegative, type TruthRow } from './truth.js';

/** What a method reaches on some of the queries. */
export interface CellMeasures {
  /** Of these queries together with all that have no match; null where no query has a match. */
  readonly microAp: number | null;
  readonly recallAt1: Share;
  readonly recallAt20: Share;
  /** Thresholds are those of the whole set. */
  readonly recallAt1Percent: RecallAtFalsePositives;
  readonly recallAt01Percent: RecallAtFalsePositives;
}

/** What a method reaches on a data set; hard negatives count in `microApWithHardNegatives` alone. */
export interface Measures extends CellMeasures {
  /** Null where that recall is never reached. */
  readonly precisionAt90Recall: number | null;
  /** Null where scores are counts. */
  readonly calibrationError: CalibrationError | null;
  /** Null without hard negatives. */
  readonly microApWithHardNegatives: number | null;
  /** Of the families held out together; null if none are. */
  readonly heldOut: CellMeasures | null;
  readonly families: readonly (CellMeasures & {
    readonly family: string;
    readonly severity: string | null;
  })[];
}

/**
 * Measures one method's answers: over all queries, by family, and by family and severity.
 * @param heldOut families to measure together as well
 */
export function measure(
  answers: readonly Ranked[],
  truth: readonly TruthRow[],
  heldOut: readonly string[],
): Measures {
  const rows = truth.filter((row) => !isHardNegative(row));
  const expected = expectedOf(rows);
  const known = answers.filter(({ query }) => expected.has(query));
  const silent = rows.filter(({ reference }) => reference === null);
  const falsePositives = {
    unmatched: known.filter(({ query }) => expected.get(query) === null),
    unmatchedQueries: silent.length,
  };
  const cell = (part: readonly TruthRow[]): CellMeasures => {
    const wanted = expectedOf(part);
    const own = known.filter(({ query }) => wanted.has(query));
    return {
      microAp: microAveragePrecision([...own, ...falsePositives.unmatched], wanted),
      recallAt1: recallAt(own, wanted, 1),
      recallAt20: recallAt(own, wanted, 20),
      recallAt1Percent: recallAtFalsePositives(own, wanted, falsePositives, 0.01),
      recallAt01Percent: recallAtFalsePositives(own, wanted, falsePositives, 0.001),
    };
  };
  const matched = rows.filter(({ reference }) => reference !== null);
  const withHard = truth.length > rows.length ? expectedOf(truth) : undefined;
  return {
    precisionAt90Recall: precisionAtRecall(known, expected, 0.9),
    calibrationError: calibrationError(known, expected),
    microApWithHardNegatives: withHard
      ? microAveragePrecision(
          answers.filter(({ query }) => withHard.has(query)),
          withHard,
        )
      : null,
    ...cell(matched),
    heldOut: heldOut.length > 0 ? cell(matched.filter(({ family }) => heldOut.includes(family))) : null,
    families: cellsOf(matched).map(({ family, severity, rows: part }) => ({
      family,
      severity,
      ...cell(part),
    })),
  };
}

function expectedOf(rows: readonly TruthRow[]): Expected {
  return new Map(rows.map(({ query, reference }) => [query, reference]));
}

/** Each family as a whole (severity null), then its severities, in the order of their first query by name. */
function cellsOf(
  rows: readonly TruthRow[],
): { family: string; severity: string | null; rows: readonly TruthRow[] }[] {
  return [...grouped(rows, ({ family }) => family)]
    .sort(([a], [b]) => Number(a > b) - Number(a < b))
    .flatMap(([family, own]) => [
      { family, severity: null, rows: own },
      ...[...grouped(own, ({ severity }) => severity)]
        .sort(([a], [b]) => order(a) - order(b))
        .map(([severity, part]) => ({ family, severity, rows: part })),
    ]);
}

function order(severity: string): number {
  return ['mild', 'medium', 'hard'].indexOf(severity);
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}
