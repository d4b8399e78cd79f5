/** One answer of a search. */
export interface Ranked {
  readonly query: string;
  /** From 1. */
  readonly rank: number;
  readonly reference: string;
  readonly score: number;
}

/** What is right: for each query its reference, or null if none matches. */
export type Expected = ReadonlyMap<string, string | null>;

/** A share with its Wilson 95% interval. */
export interface Share {
  readonly hits: number;
  readonly of: number;
  /** Null of nothing. */
  readonly value: number | null;
  readonly low: number;
  readonly high: number;
}

/** Recall at a threshold that the queries without a match set. */
export interface RecallAtFalsePositives {
  /** Tolerated share of queries without a match whose best answer is above the threshold. */
  readonly rate: number;
  /** That many queries of those there are; 0 means that they are too few to measure the rate and none is tolerated. */
  readonly tolerated: number;
  /** Scores must lie above it; null without queries that have no match. */
  readonly threshold: number | null;
  readonly recall: Share;
}

const Z95 = 1.959963984540054;

/** The share of `hits` in `of` with the Wilson score interval at 95%. */
export function wilson(hits: number, of: number): Share {
  if (of === 0) return { hits, of, value: null, low: 0, high: 1 };
  const value = hits / of;
  const centre = (value + Z95 ** 2 / (2 * of)) / (1 + Z95 ** 2 / of);
  const half = (Z95 / (1 + Z95 ** 2 / of)) * Math.sqrt((value * (1 - value)) / of + Z95 ** 2 / (4 * of ** 2));
  return { hits, of, value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * Micro-average precision as in ISC2021 (Douze et al., "The 2021 Image Similarity Dataset and Challenge"): all answers to
 * all queries ranked together by score; the sum over them of precision at the rank times the recall that it adds. Answers to
 * queries without a match are never right. Equal scores form one step, so that their order does not matter.
 * @returns 0 to 1; null if no query has a match
 */
export function microAveragePrecision(answers: readonly Ranked[], expected: Expected): number | null {
  const positives = countMatched(expected);
  if (positives === 0) return null;
  let [sum, rightBefore] = [0, 0];
  for (const { right, total } of precisionSteps(answers, expected)) {
    sum += ((right - rightBefore) / positives) * (right / total);
    rightBefore = right;
  }
  return sum;
}

/** The best precision, over all answers ranked together, at which at least this share of the queries' matches is found; null if it never is. */
export function precisionAtRecall(
  answers: readonly Ranked[],
  expected: Expected,
  recall: number,
): number | null {
  const needed = countMatched(expected) * recall;
  if (needed === 0) return null;
  const reached = precisionSteps(answers, expected).filter(({ right }) => right >= needed - 1e-9);
  return reached.length === 0 ? null : Math.max(...reached.map(({ right, total }) => right / total));
}

/** The share of queries with a match whose reference is among their first `depth` answers. */
export function recallAt(answers: readonly Ranked[], expected: Expected, depth: number): Share {
  const found = answers.filter(
    ({ query, reference, rank }) => rank <= depth && expected.get(query) === reference,
  );
  return wilson(new Set(found.map(({ query }) => query)).size, countMatched(expected));
}

/**
 * The share of queries with a match whose first answer is right and scores above a threshold: the lowest at which at most
 * `rate` of the queries without a match have an answer above it.
 * @param unmatched answers to the queries without a match, of whatever family
 * @param unmatchedQueries how many such queries there are; one without answers counts as silent
 */
export function recallAtFalsePositives(
  answers: readonly Ranked[],
  expected: Expected,
  { unmatched, unmatchedQueries }: { unmatched: readonly Ranked[]; unmatchedQueries: number },
  rate: number,
): RecallAtFalsePositives {
  const tolerated = Math.floor(unmatchedQueries * rate + 1e-9);
  const none = { rate, tolerated, threshold: null, recall: wilson(0, 0) };
  if (unmatchedQueries === 0) return none;
  const best = new Map<string, number>();
  for (const { query, score } of unmatched) best.set(query, Math.max(score, best.get(query) ?? -Infinity));
  const threshold = [...best.values()].sort((a, b) => b - a)[tolerated] ?? -Infinity;
  const sure = answers.filter(({ score }) => score > threshold);
  return {
    ...none,
    threshold: Number.isFinite(threshold) ? threshold : null,
    recall: recallAt(sure, expected, 1),
  };
}

function countMatched(expected: Expected): number {
  return [...expected.values()].filter((reference) => reference !== null).length;
}

/** After each distinct score, from the highest: answers so far, and right ones among them. */
function precisionSteps(
  answers: readonly Ranked[],
  expected: Expected,
): { readonly right: number; readonly total: number }[] {
  const steps: { right: number; total: number }[] = [];
  let [right, total] = [0, 0];
  const ordered = [...answers].sort((a, b) => b.score - a.score);
  ordered.forEach(({ query, reference, score }, i) => {
    total += 1;
    if (expected.get(query) === reference) right += 1;
    if (ordered[i + 1]?.score !== score) steps.push({ right, total });
  });
  return steps;
}
