import { DESCRIPTOR_LENGTH } from '#libs/registry';
import { sizeOf, type Place } from './find-places.js';
import { INTERVALS, sigmaAt, type Octave } from './scale-space.js';
import type { Plane } from '../plane.js';

/** Cells along each side of a descriptor. */
const CELLS = 4;
/** Directions of gradient, modulo pi, in each cell; the first along the main direction. */
const DIRECTIONS = 4;
/** Samples along each side. */
const SAMPLES = 16;
/** Side of what a descriptor sees, in sizes of its place. */
const REACH = 12;
/** No value of a descriptor of length 1 may be larger before the root. */
const MOST = 0.25;
/** A root of 1/QUANTUM and more becomes 15. */
const QUANTUM = 34;

const ANGLE_BINS = 24;
const ANGLE_REACH = 4.5;
/** Distance of the gradients looked at for the main direction, in sizes of the place. */
const ANGLE_STEP = 0.7;
/** A second direction this strong beside the first makes a second place. */
const SECOND_ANGLE = 0.85;

/** A place with its main direction and what surrounds it. */
export interface DescribedPlace {
  readonly place: Place;
  /** Radians in [0, pi). */
  readonly angle: number;
  /** DESCRIPTOR_LENGTH values of 0 to 15. */
  readonly descriptor: Uint8Array;
}

/**
 * Histograms of gradient directions modulo pi around a place, turned by its main direction, so that neither a turn nor
 * exchanged light and dark changes them; rooted as in Arandjelovic, Zisserman: Three things everyone should know to improve
 * object retrieval (CVPR 2012).
 */
export function describePlace(octaves: readonly Octave[], place: Place): DescribedPlace[] {
  const octave = octaves[place.octave];
  const plane = octave?.blurred[Math.max(0, Math.min(INTERVALS + 2, Math.round(place.level)))];
  if (!plane) return [];
  const size = sigmaAt(place.level);
  return mainAngles(plane, place.x, place.y, size).map((angle) => ({
    place,
    angle,
    descriptor: describe(plane, place.x, place.y, size, angle),
  }));
}

/** Pixels of the analysis frame. */
export function positionOf(octaves: readonly Octave[], place: Place): { x: number; y: number; size: number } {
  const step = octaves[place.octave]?.step ?? 1;
  return { x: place.x * step, y: place.y * step, size: sizeOf(place) };
}

/** The strongest direction modulo pi of the gradients around, and a second if it is nearly as strong. */
function mainAngles({ width, height, values }: Plane, x: number, y: number, size: number): number[] {
  const histogram = new Float32Array(ANGLE_BINS);
  const step = Math.max(1, Math.round(ANGLE_STEP * size));
  const radius = Math.ceil((ANGLE_REACH * size) / step) * step;
  const [middleX, middleY] = [Math.round(x), Math.round(y)];
  const fall = -1 / (2 * (1.5 * size) ** 2);
  for (let row = middleY - radius; row <= middleY + radius; row += step) {
    if (row < 1 || row > height - 2) continue;
    for (let column = middleX - radius; column <= middleX + radius; column += step) {
      const squared = (column - x) ** 2 + (row - y) ** 2;
      if (column < 1 || column > width - 2 || squared > radius * radius) continue;
      const at = row * width + column;
      const gradientX = values[at + 1]! - values[at - 1]!;
      const gradientY = values[at + width]! - values[at - width]!;
      const weight = Math.sqrt(gradientX * gradientX + gradientY * gradientY) * Math.exp(squared * fall);
      const place = (directionOf(gradientX, gradientY) / Math.PI) * ANGLE_BINS;
      const bin = Math.floor(place);
      const share = place - bin;
      histogram[bin % ANGLE_BINS]! += weight * (1 - share);
      histogram[(bin + 1) % ANGLE_BINS]! += weight * share;
    }
  }
  return peaksOf(smooth(smooth(histogram)));
}

function peaksOf(histogram: Float32Array): number[] {
  const at = (bin: number): number => histogram[(bin + ANGLE_BINS) % ANGLE_BINS] ?? 0;
  const highest = Math.max(...histogram);
  if (!(highest > 0)) return [];
  return Array.from(histogram.keys())
    .filter((bin) => at(bin) >= SECOND_ANGLE * highest && at(bin) > at(bin - 1) && at(bin) >= at(bin + 1))
    .sort((a, b) => at(b) - at(a))
    .slice(0, 2)
    .map((bin) => {
      const curve = at(bin - 1) + at(bin + 1) - 2 * at(bin);
      const offset = curve === 0 ? 0 : (at(bin - 1) - at(bin + 1)) / (2 * curve);
      return (((bin + offset + ANGLE_BINS) % ANGLE_BINS) / ANGLE_BINS) * Math.PI;
    });
}

function smooth(histogram: Float32Array): Float32Array {
  return histogram.map(
    (value, bin) =>
      0.5 * value +
      0.25 * (histogram[(bin + 1) % ANGLE_BINS]! + histogram[(bin + ANGLE_BINS - 1) % ANGLE_BINS]!),
  );
}

/** Radians in [0, pi). */
function directionOf(x: number, y: number): number {
  const angle = Math.atan2(y, x);
  return angle < 0 ? angle + Math.PI : angle >= Math.PI ? angle - Math.PI : angle;
}

function describe(plane: Plane, x: number, y: number, size: number, angle: number): Uint8Array {
  const { width, height, values } = plane;
  const sums = new Float32Array(DESCRIPTOR_LENGTH);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const spacing = (REACH * size) / SAMPLES;
  for (let row = 0; row < SAMPLES; row++) {
    const v = row - (SAMPLES - 1) / 2;
    for (let column = 0; column < SAMPLES; column++) {
      const u = column - (SAMPLES - 1) / 2;
      const atX = x + (u * cos - v * sin) * spacing;
      const atY = y + (u * sin + v * cos) * spacing;
      const [left, top] = [Math.floor(atX), Math.floor(atY)];
      if (left < 1 || top < 1 || left >= width - 2 || top >= height - 2) continue;
      const [shareX, shareY] = [atX - left, atY - top];
      const at = top * width + left;
      const gradientX =
        mix(values, at + 1, width, shareX, shareY) - mix(values, at - 1, width, shareX, shareY);
      const gradientY =
        mix(values, at + width, width, shareX, shareY) - mix(values, at - width, width, shareX, shareY);
      const along = gradientX * cos + gradientY * sin;
      const across = gradientY * cos - gradientX * sin;
      const strength = Math.sqrt(along * along + across * across);
      if (strength > 0) add(sums, row * SAMPLES + column, directionOf(along, across), strength);
    }
  }
  return quantise(sums);
}

/** The cells that each sample counts to, four each, and how much: by nearness, and by nearness to the middle. */
const SHARES = Array.from({ length: SAMPLES * SAMPLES }, (_, sample) => {
  const [column, row] = [sample % SAMPLES, Math.floor(sample / SAMPLES)];
  const [u, v] = [column - (SAMPLES - 1) / 2, row - (SAMPLES - 1) / 2];
  const window = Math.exp(-(u * u + v * v) / (2 * (SAMPLES / 2) ** 2));
  const cellX = ((column + 0.5) * CELLS) / SAMPLES - 0.5;
  const cellY = ((row + 0.5) * CELLS) / SAMPLES - 0.5;
  return [0, 1].flatMap((down) =>
    [0, 1].flatMap((across) => {
      const [x, y] = [Math.floor(cellX) + across, Math.floor(cellY) + down];
      if (x < 0 || y < 0 || x >= CELLS || y >= CELLS) return [];
      const near = (1 - Math.abs(cellX - x)) * (1 - Math.abs(cellY - y));
      return [{ at: (y * CELLS + x) * DIRECTIONS, weight: near * window }];
    }),
  );
});

function mix(values: Float32Array, at: number, width: number, shareX: number, shareY: number): number {
  const upper = values[at]! + (values[at + 1]! - values[at]!) * shareX;
  const lower = values[at + width]! + (values[at + width + 1]! - values[at + width]!) * shareX;
  return upper + (lower - upper) * shareY;
}

/** Shares a gradient among its sample's cells and the two nearest directions. */
function add(sums: Float32Array, sample: number, direction: number, strength: number): void {
  const bin = (direction / Math.PI) * DIRECTIONS;
  const first = Math.floor(bin);
  const second = strength * (bin - first);
  for (const { at, weight } of SHARES[sample]!) {
    sums[at + (first % DIRECTIONS)]! += weight * (strength - second);
    sums[at + ((first + 1) % DIRECTIONS)]! += weight * second;
  }
}

/** Length 1, large values cut, then the root of each share. */
function quantise(sums: Float32Array): Uint8Array {
  let [squares, total] = [0, 0];
  for (const value of sums) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  const cut = new Float32Array(sums.length);
  for (let i = 0; i < cut.length; i++) {
    cut[i] = Math.min(MOST, sums[i]! / length);
    total += cut[i]!;
  }
  const quantised = new Uint8Array(sums.length);
  for (let i = 0; i < cut.length; i++)
    quantised[i] = Math.min(15, Math.round(Math.sqrt(cut[i]! / (total || 1)) * QUANTUM));
  return quantised;
}
