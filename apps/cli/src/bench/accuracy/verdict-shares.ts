import { wilson, type Share } from './measures.js';
import { type JudgedAnswer } from './search-alone.js';
import { isHardNegative, type TruthRow } from './truth.js';

/** Shares of queries judged so, or worse. */
export interface VerdictShares {
  readonly duplicate: Share;
  readonly suspectedOrDuplicate: Share;
}

/** What the frozen thresholds say of a data set. */
export interface VerdictReport {
  /** Of the queries with a match: judged so with the right reference first. */
  readonly right: VerdictShares;
  /** Of the queries without a match, hard negatives apart. */
  readonly wrong: VerdictShares;
  /** Of the hard negatives, all together and by family. */
  readonly hardNegatives: VerdictShares;
  readonly hardNegativeFamilies: readonly (VerdictShares & { readonly family: string })[];
}

/** Counts verdicts; `high` of each share is the upper bound of its 95% interval. */
export function verdictShares(answers: readonly JudgedAnswer[], truth: readonly TruthRow[]): VerdictReport {
  const first = new Map(answers.filter(({ rank }) => rank === 1).map((answer) => [answer.query, answer]));
  const shares = (rows: readonly TruthRow[], right: (row: TruthRow) => boolean): VerdictShares => {
    const judged = (...verdicts: string[]) =>
      rows.filter((row) => verdicts.includes(first.get(row.query)?.verdict ?? '') && right(row)).length;
    return {
      duplicate: wilson(judged('DUPLICATE'), rows.length),
      suspectedOrDuplicate: wilson(judged('DUPLICATE', 'SUSPECTED'), rows.length),
    };
  };
  const wrong = (rows: readonly TruthRow[]) => shares(rows, () => true);
  const hard = truth.filter(isHardNegative);
  return {
    right: shares(
      truth.filter(({ reference }) => reference !== null),
      ({ query, reference }) => first.get(query)?.reference === reference,
    ),
    wrong: wrong(truth.filter((row) => row.reference === null && !isHardNegative(row))),
    hardNegatives: wrong(hard),
    hardNegativeFamilies: [...new Set(hard.map(({ family }) => family))]
      .sort()
      .map((family) => ({ family, ...wrong(hard.filter((row) => row.family === family)) })),
  };
}
