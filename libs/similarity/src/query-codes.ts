/** Makes an f64 rounded to f32 no smaller than it was. */
export const ROUND_UP = 1 + 2 ** -22;

/** What whole numbers leave of a query. */
export interface QueryCodes {
  /** A code times this is about the number. */
  readonly scale: number;
  /** The query's length, rounded up. */
  readonly norm: number;
  /** The length of what the codes leave out. */
  readonly left: number;
}

/**
 * Writes a query as whole numbers.
 * @param codeMax the largest magnitude of a code
 * @param codes written to at `from`, `from + step`, ...
 */
export function writeQueryCodes(
  query: Float32Array,
  codeMax: number,
  codes: Int16Array | Int8Array,
  from = 0,
  step = 1,
): QueryCodes {
  const scale = scaleOf(query, codeMax);
  const perCode = 1 / scale;
  let square = 0;
  let left = 0;
  for (let at = 0; at < query.length; at += 1) {
    const value = query[at] ?? 0;
    const code = Math.floor(value * perCode + 0.5);
    codes[from + at * step] = code;
    square += value * value;
    const rest = value - scale * code;
    left += rest * rest;
  }
  return { scale, norm: Math.fround(Math.sqrt(square) * ROUND_UP), left: Math.sqrt(left) };
}

/** A scale by which no value of a vector that is not all zero has a code above `codeMax`. */
export function scaleOf(vector: Float32Array, codeMax: number): number {
  let largest = 0;
  for (let at = 0; at < vector.length; at += 1) largest = Math.max(largest, Math.abs(vector[at] ?? 0));
  return Math.fround(largest / codeMax);
}
