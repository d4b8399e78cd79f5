import { RegistryError, type IndexHit, type IndexQuery } from '#libs/registry';

/** Largest number of hits for one query. */
const MAX_LIMIT = 100;
/** How far the square of a vector's length may lie from 1. */
const NORM_TOLERANCE = 1e-3;

/**
 * Cosine similarity of the query and the row that begins at `start`: the one kernel of every score that leaves an index.
 * f64 sums in the order of the numbers, the same on every processor.
 */
export function scoreOf(query: Float32Array, rows: Float32Array, start: number): number {
  let sum = 0;
  for (let at = 0; at < query.length; at += 1) sum += (query[at] ?? 0) * (rows[start + at] ?? 0);
  return Math.min(1, Math.max(-1, sum));
}

/** Puts a hit where it ranks among the best (score descending, then registration id), of which `limit` stay. */
export function insertHit(best: IndexHit[], hit: IndexHit, limit: number): void {
  let at = best.length;
  for (; at > 0; at -= 1) {
    const before = best[at - 1];
    if (!before || ranks(before, hit)) break;
  }
  if (at >= limit) return;
  best.splice(at, 0, hit);
  if (best.length > limit) best.pop();
}

function ranks(a: IndexHit, b: IndexHit): boolean {
  return a.score > b.score || (a.score === b.score && a.registrationId < b.registrationId);
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
  for (const value of vector) square += value * value;
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
