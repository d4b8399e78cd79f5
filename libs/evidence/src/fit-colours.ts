import type { Lab } from './colour.js';

/** Added to the squares of the colours, per pixel: keeps the fit of a picture of few colours well behaved. */
const RIDGE = 1e-5;

/**
 * The change of colours (each channel a linear combination of the three and a constant) that brings one picture closest to the other,
 * pixel by pixel, by least squares. Up to four colours are brought to any four others exactly.
 * @param from as many as `to`, at least one
 */
export function fitColours(from: readonly Lab[], to: readonly Lab[]): (colour: Lab) => Lab {
  const left = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  const right = Array.from({ length: 3 }, () => [0, 0, 0, 0]);
  from.forEach((colour, at) => {
    const terms = [...colour, 1];
    const target = to[at] ?? colour;
    terms.forEach((one, i) => {
      terms.forEach((other, j) => add(left[i], j, one * other));
      target.forEach((value, channel) => add(right[channel], i, one * value));
    });
  });
  // Where the colours leave the fit open, it stays close to leaving them as they are.
  for (let i = 0; i < 3; i++) {
    add(left[i], i, RIDGE * from.length);
    add(right[i], i, RIDGE * from.length);
  }
  const rows = right.map((values) => solve(left, values));
  const channel = (row: readonly number[] | undefined, [l, a, b]: Lab): number =>
    row ? (row[0] ?? 0) * l + (row[1] ?? 0) * a + (row[2] ?? 0) * b + (row[3] ?? 0) : 0;
  return (colour) => [channel(rows[0], colour), channel(rows[1], colour), channel(rows[2], colour)];
}

/** Gaussian elimination with the largest pivot; a pivot of 0 leaves its unknown 0. */
function solve(matrix: readonly (readonly number[])[], values: readonly number[]): number[] {
  const size = values.length;
  const rows = matrix.map((row, i) => [...row, values[i] ?? 0]);
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let step = 0; step < size; step++) {
    let pivot = step;
    for (let i = step + 1; i < size; i++)
      if (Math.abs(cell(i, step)) > Math.abs(cell(pivot, step))) pivot = i;
    const [upper, lower] = [rows[step], rows[pivot]];
    if (!upper || !lower || cell(pivot, step) === 0) continue;
    rows[step] = lower;
    rows[pivot] = upper;
    for (let i = 0; i < size; i++) {
      if (i === step) continue;
      const factor = cell(i, step) / cell(step, step);
      for (let j = step; j <= size; j++) add(rows[i], j, -factor * cell(step, j));
    }
  }
  return rows.map((row, i) => (row[i] ? (row[size] ?? 0) / row[i] : 0));
}

function add(row: number[] | undefined, at: number, value: number): void {
  if (row) row[at] = (row[at] ?? 0) + value;
}
