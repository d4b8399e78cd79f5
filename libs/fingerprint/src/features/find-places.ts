import { INTERVALS, sigmaAt, type Octave } from './scale-space.js';
import type { Plane } from '../plane.js';

/** A blob in scale space. */
export interface Place {
  /** Index of the octave. */
  readonly octave: number;
  /** Samples of the octave. */
  readonly x: number;
  readonly y: number;
  /** Between the octave's planes. */
  readonly level: number;
  /** How strongly it stands out, levels of 0 to 1. */
  readonly response: number;
}

/** Least response: fainter blobs are noise. */
const LEAST_RESPONSE = 0.006;
/** Most ratio of a blob's two curvatures: what is longer is an edge, and may lie anywhere along it. */
const MOST_RATIO = 8;
/** Furthest that an extremum may lie from its sample. */
const MOST_OFFSET = 0.6;
const BORDER = 3;

/** The extrema, light or dark, of the differences of neighbouring blurs. Lowe (IJCV 2004), sections 3 and 4. */
export function findPlaces(octaves: readonly Octave[]): Place[] {
  return octaves.flatMap((octave, index) => {
    const differences = octave.blurred
      .slice(1)
      .map((plane, i) => subtract(plane, octave.blurred[i] ?? plane));
    return Array.from({ length: INTERVALS }, (_, i) => i + 1).flatMap((level) =>
      extrema(differences, level).map((place) => ({ octave: index, ...place })),
    );
  });
}

/** Size of a place, pixels of the analysis frame. */
export function sizeOf({ octave, level }: Place): number {
  return sigmaAt(level) * 2 ** octave;
}

function subtract(a: Plane, b: Plane): Plane {
  const values = new Float32Array(a.values.length);
  for (let i = 0; i < values.length; i++) values[i] = a.values[i]! - b.values[i]!;
  return { width: a.width, height: a.height, values };
}

function extrema(differences: readonly Plane[], level: number): Omit<Place, 'octave'>[] {
  const middle = differences[level]!;
  const below = differences[level - 1]!.values;
  const above = differences[level + 1]!.values;
  const { width, height, values } = middle;
  const found: Omit<Place, 'octave'>[] = [];
  for (let y = BORDER; y < height - BORDER; y++) {
    for (let x = BORDER; x < width - BORDER; x++) {
      const at = y * width + x;
      const value = values[at]!;
      if (Math.abs(value) < LEAST_RESPONSE * 0.8) continue;
      if (!isExtremum(value, at, width, values, below, above)) continue;
      const place = refine(at, x, y, level, width, values, below, above);
      if (place) found.push(place);
    }
  }
  return found;
}

function isExtremum(
  value: number,
  at: number,
  width: number,
  values: Float32Array,
  below: Float32Array,
  above: Float32Array,
): boolean {
  const sign = value > 0 ? 1 : -1;
  const own = value * sign;
  for (let dy = -width; dy <= width; dy += width) {
    for (let dx = -1; dx <= 1; dx++) {
      const i = at + dy + dx;
      if (below[i]! * sign >= own || above[i]! * sign >= own) return false;
      if (i !== at && values[i]! * sign >= own) return false;
    }
  }
  return true;
}

/** Moves an extremum between the samples by a parabola along each axis; undefined for one too faint, too long or unsteady. */
function refine(
  at: number,
  x: number,
  y: number,
  level: number,
  width: number,
  values: Float32Array,
  below: Float32Array,
  above: Float32Array,
): Omit<Place, 'octave'> | undefined {
  const value = values[at]!;
  const dx = (values[at + 1]! - values[at - 1]!) / 2;
  const dy = (values[at + width]! - values[at - width]!) / 2;
  const ds = (above[at]! - below[at]!) / 2;
  const dxx = values[at + 1]! + values[at - 1]! - 2 * value;
  const dyy = values[at + width]! + values[at - width]! - 2 * value;
  const dss = above[at]! + below[at]! - 2 * value;
  const dxy =
    (values[at + width + 1]! - values[at + width - 1]! - values[at - width + 1]! + values[at - width - 1]!) /
    4;
  const determinant = dxx * dyy - dxy * dxy;
  if (determinant <= 0 || (dxx + dyy) ** 2 * MOST_RATIO >= (MOST_RATIO + 1) ** 2 * determinant)
    return undefined;
  const offsetX = -dx / dxx;
  const offsetY = -dy / dyy;
  const offsetLevel = Math.max(-MOST_OFFSET, Math.min(MOST_OFFSET, -ds / dss));
  if (Math.abs(offsetX) > MOST_OFFSET || Math.abs(offsetY) > MOST_OFFSET) return undefined;
  const response = Math.abs(value + (dx * offsetX + dy * offsetY + ds * offsetLevel) / 2);
  if (!(response >= LEAST_RESPONSE)) return undefined;
  return { x: x + offsetX, y: y + offsetY, level: level + offsetLevel, response };
}
