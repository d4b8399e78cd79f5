import { RegistryError, type IndexHit, type IndexQuery } from '#libs/registry';

/** Largest number of hits for one query. */
export const MAX_LIMIT = 100;
/** How far the square of a vector's length may lie from 1. */
const NORM_TOLERANCE = 1e-3;

/**
 * Cosine similarity of the query and the row that begins at `start`: the one kernel of every score that leaves an index.
 * f64 sums in the order of the numbers, the same on every processor.
 */
export function scoreOf(query: Float32Array, rows: Float32Array, start: number): number {
  let sum = 0;
  for (let at = 0; at < query.length; at += 1) sum += (query[at] ?? 0) * (rows[start + at] ?? 0);
  return clamped(sum);
}

/**
 * The same of several rows at once: what each sum waits for is done in the meantime for the others.
 * @param starts where the rows begin, in the block of `rows` at the same place
 */
export function scoresOf(
  query: Float32Array,
  rows: readonly Float32Array[],
  starts: readonly number[],
): number[] {
  const scores: number[] = [];
  let row = 0;
  for (; row + 4 <= rows.length; row += 4) {
    const a = rows[row];
    const b = rows[row + 1];
    const c = rows[row + 2];
    const d = rows[row + 3];
    if (!a || !b || !c || !d) break;
    const atA = starts[row] ?? 0;
    const atB = starts[row + 1] ?? 0;
    const atC = starts[row + 2] ?? 0;
    const atD = starts[row + 3] ?? 0;
    let sumA = 0;
    let sumB = 0;
    let sumC = 0;
    let sumD = 0;
    for (let at = 0; at < query.length; at += 1) {
      const value = query[at] ?? 0;
      sumA += value * (a[atA + at] ?? 0);
      sumB += value * (b[atB + at] ?? 0);
      sumC += value * (c[atC + at] ?? 0);
      sumD += value * (d[atD + at] ?? 0);
    }
    scores.push(clamped(sumA), clamped(sumB), clamped(sumC), clamped(sumD));
  }
  for (; row < rows.length; row += 1) {
    const block = rows[row];
    if (block) scores.push(scoreOf(query, block, starts[row] ?? 0));
  }
  return scores;
}

function clamped(sum: number): number {
  return Math.min(1, Math.max(-1, sum));
}

/** Puts one where it ranks among the best (score descending, then registration id), of which `limit` stay. */
export function insertRanked<T extends { readonly score: number }>(
  best: T[],
  one: T,
  limit: number,
  idOf: (one: T) => string,
): void {
  let at = best.length;
  for (; at > 0; at -= 1) {
    const before = best[at - 1];
    if (!before || before.score > one.score) break;
    if (before.score === one.score && idOf(before) < idOf(one)) break;
  }
  if (at >= limit) return;
  best.splice(at, 0, one);
  if (best.length > limit) best.pop();
}

/** The same for hits. */
export function insertHit(best: IndexHit[], hit: IndexHit, limit: number): void {
  insertRanked(best, hit, limit, ({ registrationId }) => registrationId);
}

/** @throws RegistryError INVALID_INPUT for a vector that is not as `checkVector` wants, or a limit out of range */
export function checkQuery({ vector, limit }: IndexQuery, dimension: number, modelDigest: string): void {
  checkVector(vector, 'vector', dimension, modelDigest);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new RegistryError('INVALID_INPUT', 'limit', `is ${limit}`, `ask for 1 to ${MAX_LIMIT} candidates`);
}

/** @throws RegistryError INVALID_INPUT for a vector of wrong length, not finite or not normalised */
export function checkVector(
  vector: Float32Array,
  field: string,
  dimension: number,
  modelDigest: string,
): void {
  if (vector.length !== dimension)
    throw new RegistryError(
      'INVALID_INPUT',
      field,
      `has ${vector.length} numbers`,
      `send the ${dimension} of model ${modelDigest}`,
    );
  let square = 0;
  for (let at = 0; at < vector.length; at += 1) square += (vector[at] ?? 0) ** 2;
  if (!Number.isFinite(square))
    throw new RegistryError(
      'INVALID_INPUT',
      field,
      'has a number that is not finite',
      'send finite numbers only',
    );
  if (Math.abs(square - 1) > NORM_TOLERANCE)
    throw new RegistryError(
      'INVALID_INPUT',
      field,
      `has length ${Math.sqrt(square).toFixed(4)}`,
      'normalise it to 1',
    );
}
