import { CELL_SIDE, type RepeatUnit } from '#libs/registry';
import { autocorrelate } from './autocorrelation.js';
import { chooseLattice } from './choose-lattice.js';
import { cross, type Lattice } from './lattice.js';
import { blur } from '../blur.js';
import { gradientMagnitude, halve, lessSurroundings } from './plane.js';
import type { Plane } from '../plane.js';
import { averageCell } from './unit-cell.js';

/** Least prominence of a lattice that shows very often, and how much more one needs that shows once: few repeats are soon a coincidence. */
const MIN_PROMINENCE = 0.1;
const FEW_REPEATS = 0.5;
/** Longest period as a share of the picture's side: about two repeats must show. */
const LONGEST = 0.55;
/** Largest area of a repeat as a share of the picture: two by two. */
const LARGEST = 1 / 4;
/** Strongest edge that counts, in means; edges are compared with those this many pixels (at half size) around. */
const STRONGEST = 2.5;
const SURROUNDINGS = 24;
/** Blur before gradients are taken: pixels for the lattice, samples of the cell for the cell. */
const LATTICE_BLUR = 1.6;
const CELL_BLUR = 0.6;
/** How far a blur reaches, in its deviations. */
const REACH = 2.5;

/**
 * What a picture of a fabric repeats, if it repeats in two directions: light, colour and contrast do not matter, places do. Stripes,
 * which repeat in one direction only, are no repeat.
 * @param grey rows of `width` values, 0 to 255, the picture's longer side being FRAME
 * @returns null for a picture with fewer than about two repeats in either direction, or with no clear ones
 */
export function findRepeat(
  grey: Float32Array | Uint8Array,
  width: number,
  height: number,
): RepeatUnit | null {
  const picture: Plane = { width, height, values: Float32Array.from(grey) };
  const edges = evenEdges(picture);
  const correlation = autocorrelate(
    edges,
    Math.floor(edges.width * LONGEST),
    Math.floor(edges.height * LONGEST),
  );
  const chosen = chooseLattice(correlation);
  if (chosen === null) return null;
  const { a, b } = chosen.lattice;
  const lattice: Lattice = { a: [2 * a[0], 2 * a[1]], b: [2 * b[0], 2 * b[1]] };
  const area = cross(lattice.a, lattice.b);
  const share = area / (width * height);
  if (share > LARGEST || chosen.prominence < MIN_PROMINENCE + FEW_REPEATS * share) return null;
  const spacing = Math.sqrt(area) / CELL_SIDE;
  const strokes = gradientMagnitude(blur(picture, Math.max(0.7, CELL_BLUR * spacing), REACH));
  return { ...lattice, strength: Math.min(1, chosen.prominence), cell: bytes(averageCell(strokes, lattice)) };
}

/** Where the drawing is, at half size: no edge counts more than a few, nor does a whole region full of edges. */
function evenEdges(picture: Plane): Plane {
  const edges = halve(gradientMagnitude(blur(picture, LATTICE_BLUR, REACH)));
  let sum = 0;
  for (const value of edges.values) sum += value;
  const most = (STRONGEST * sum) / edges.values.length;
  const clipped = new Float32Array(edges.values.length);
  for (let i = 0; i < clipped.length; i++) clipped[i] = Math.min(edges.values[i]!, most);
  return lessSurroundings({ ...edges, values: clipped }, SURROUNDINGS);
}

/** Scaled so that the largest is 255. */
function bytes(values: Float32Array): Uint8Array {
  const largest = values.reduce((top, value) => Math.max(top, value), 1e-6);
  return Uint8Array.from(values, (value) => Math.round((255 * value) / largest));
}
