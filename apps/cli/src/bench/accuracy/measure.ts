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
import { type TruthRow } from './truth.js';

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

/** What a method reaches on a data set. */
export interface Measures extends CellMeasures {
  /** Null where that recall is never reached. */
  readonly precisionAt90Recall: number | null;
  readonly families: readonly (CellMeasures & {
    readonly family: string;
    readonly severity: string | null;
  })[];
}

/** Measures one method's answers: over all queries, by family, and by family and severity. */
export function measure(answers: readonly Ranked[], truth: readonly TruthRow[]): Measures {
  const expected: Expected = new Map(truth.map(({ query, reference }) => [query, reference]));
  const known = answers.filter(({ query }) => expected.has(query));
  const silent = truth.filter(({ reference }) => reference === null);
  const falsePositives = {
    unmatched: known.filter(({ query }) => expected.get(query) === null),
    unmatchedQueries: silent.length,
  };
  const cell = (rows: readonly TruthRow[]): CellMeasures => {
    const part: Expected = new Map(rows.map(({ query, reference }) => [query, reference]));
    const own = known.filter(({ query }) => part.has(query));
    return {
      microAp: microAveragePrecision([...own, ...falsePositives.unmatched], part),
      recallAt1: recallAt(own, part, 1),
      recallAt20: recallAt(own, part, 20),
      recallAt1Percent: recallAtFalsePositives(own, part, falsePositives, 0.01),
      recallAt01Percent: recallAtFalsePositives(own, part, falsePositives, 0.001),
    };
  };
  const matched = truth.filter(({ reference }) => reference !== null);
  return {
    precisionAt90Recall: precisionAtRecall(known, expected, 0.9),
    ...cell(matched),
    families: cellsOf(matched).map(({ family, severity, rows }) => ({ family, severity, ...cell(rows) })),
  };
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
