import { type RepeatUnit } from '#libs/registry';
import { type CellSpectrum, frequencyAt, SPAN, TOP } from './cell-spectrum.js';

/** A matrix by columns: (x of the first, y of the first, x of the second, y of the second). */
export type Matrix = readonly [number, number, number, number];

/** A lattice's vectors, or vectors of a lattice twice as wide or as dense, in which a repeat unit may be described too. */
export interface Basis {
  /** Takes the pair (u, v) of this basis to the pair of the unit's own vectors. */
  readonly change: Matrix;
  /** Takes pixels to pairs of this basis. */
  readonly inverse: Matrix;
}

/** Bases of the same lattice, up to the sign of both vectors. */
const UNIMODULAR: readonly Matrix[] = unimodular();
/** Lattices related by a factor of two: every other point left out or put in, in three ways each. */
const RELATED: readonly Matrix[] = [
  [1, 0, 0, 1],
  [2, 0, 0, 1],
  [1, 0, 0, 2],
  [1, 1, 1, -1],
  [0.5, 0, 0, 1],
  [1, 0, 0, 0.5],
  [0.5, 0.5, 0.5, -0.5],
];

export function multiply(left: Matrix, right: Matrix): Matrix {
  return [
    left[0] * right[0] + left[2] * right[1],
    left[1] * right[0] + left[3] * right[1],
    left[0] * right[2] + left[2] * right[3],
    left[1] * right[2] + left[3] * right[3],
  ];
}

export function determinant(matrix: Matrix): number {
  return matrix[0] * matrix[3] - matrix[1] * matrix[2];
}

export function invert(matrix: Matrix): Matrix {
  const d = determinant(matrix);
  return [matrix[3] / d, -matrix[1] / d, -matrix[2] / d, matrix[0] / d];
}

export function vectors({ a, b }: RepeatUnit): Matrix {
  return [a[0], a[1], b[0], b[1]];
}

/** All bases by which another picture's repeat unit may describe this one's pattern. */
export function possibleBases(unit: RepeatUnit): Basis[] {
  const own = vectors(unit);
  return RELATED.flatMap((related) => {
    const reduced = reduce(own, related);
    return UNIMODULAR.map((other) => {
      const change = multiply(reduced, other);
      return { change, inverse: invert(multiply(own, change)) };
    });
  });
}

/** The spectrum in another basis: frequency (m, n) of the unit is frequency (m, n) times `change` there, if that is whole. */
export function changeBasis(spectrum: CellSpectrum, change: Matrix): CellSpectrum {
  const re = new Float64Array(SPAN * SPAN);
  const im = new Float64Array(SPAN * SPAN);
  for (let n = -TOP; n <= TOP; n++)
    for (let m = -TOP; m <= TOP; m++) {
      const mm = change[0] * m + change[1] * n;
      const nn = change[2] * m + change[3] * n;
      if (Math.abs(mm) > TOP || Math.abs(nn) > TOP) continue;
      if (!Number.isInteger(mm) || !Number.isInteger(nn)) continue;
      re[frequencyAt(mm, nn)] = spectrum.re[frequencyAt(m, n)] ?? 0;
      im[frequencyAt(mm, nn)] = spectrum.im[frequencyAt(m, n)] ?? 0;
    }
  return { re, im };
}

/** `start` changed so that `own` times it are the two shortest vectors of their lattice. */
function reduce(own: Matrix, start: Matrix): Matrix {
  let change = start;
  for (let step = 0; step < 64; step++) {
    const [ax, ay, bx, by] = multiply(own, change);
    if (ax * ax + ay * ay > bx * bx + by * by) {
      change = multiply(change, [0, 1, 1, 0]);
      continue;
    }
    const times = Math.round((ax * bx + ay * by) / (ax * ax + ay * ay));
    if (times === 0) break;
    change = multiply(change, [1, 0, -times, 1]);
  }
  return change;
}

function unimodular(): Matrix[] {
  const entries = [-1, 0, 1];
  const all = entries.flatMap((a) =>
    entries.flatMap((b) => entries.flatMap((c) => entries.map((d): Matrix => [a, b, c, d]))),
  );
  // of a basis and its opposite the one whose first entry that is not 0 is positive
  return all.filter((matrix) => {
    const first = matrix.find((entry) => entry !== 0) ?? 0;
    return first > 0 && Math.abs(determinant(matrix)) === 1;
  });
}
