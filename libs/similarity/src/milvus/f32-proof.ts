/**
 * How far an inner product of two vectors of length 1, summed in f32 in any order, may lie from the exact one, with both lengths
 * as far from 1 as an index lets them be: n u / (1 - n u) times the product of the lengths, u = 2^-24 (Higham, Accuracy and
 * Stability of Numerical Algorithms, section 3.1), and as much again in f64 for the kernel that it is compared with.
 */
export function f32ScoreError(dimension: number): number {
  const n = dimension + 1;
  const gamma = (unit: number): number => (n * unit) / (1 - n * unit);
  return (gamma(2 ** -24) + gamma(2 ** -53)) * 1.002;
}

/**
 * Whether no entry that an engine left out can belong among the best: it gave its `fetched` highest scores, so what it left
 * out scores at most `lowest` there, and at most the error more by the exact kernel.
 *
 * @param lowest the lowest score that the engine gave, in its own f32
 * @param last exact score of the last hit that would leave the index; undefined if there are fewer hits than wanted
 */
export function provenComplete(lowest: number, last: number | undefined, error: number): boolean {
  return last !== undefined && last > Math.min(1, lowest + error);
}
