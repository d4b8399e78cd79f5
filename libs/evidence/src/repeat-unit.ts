import type { RepeatUnit } from '#libs/registry';
import type { Point } from './placing.js';
import type { Raster, Rgb } from './raster.js';
import { sample } from './warp.js';

/** Fewest and most samples along each vector of a colour repeat unit. */
const MIN_SIDE = 32;
const MAX_SIDE = 192;
/** Most repeats that are averaged, and the rings of repeats in which they are looked for. */
const MAX_REPEATS = 100;
const MAX_RINGS = 96;
/** Shortest and longest vector of a repeat that can be drawn, pixels; and least share of the parallelogram in the rectangle of its sides. */
const MIN_VECTOR = 4;
const MAX_VECTOR = 400;
const MIN_SINE = 0.2;
/** The mean of all repeats is shown as long as it keeps this share of the typical repeat's contrast between neighbours. */
const SHARP_ENOUGH = 0.7;

/** What a pattern repeats, in colour. */
export interface ColourUnit {
  readonly a: Point;
  readonly b: Point;
  /** Samples along each vector. */
  readonly side: number;
  /** side x side colours, three numbers each; column u and row v lie at u/side a + v/side b, whole numbers of a and b away. */
  readonly colours: Float32Array;
  /** Repeats that stand whole in the picture. */
  readonly repeats: number;
  /** Whether it is the mean of all of them, or else the one most like the mean. */
  readonly averaged: boolean;
}

/**
 * Cuts a picture's repeat unit along its lattice.
 * @returns undefined if not one whole repeat stands in the picture, or the vectors span no area
 */
export function cutUnit(picture: Raster, { a, b }: Pick<RepeatUnit, 'a' | 'b'>): ColourUnit | undefined {
  const [long, short] = [Math.hypot(...a), Math.hypot(...b)];
  const sine = Math.abs(a[0] * b[1] - a[1] * b[0]) / (long * short);
  if (!(Math.min(long, short) >= MIN_VECTOR && Math.max(long, short) <= MAX_VECTOR && sine >= MIN_SINE))
    return undefined;
  const side = Math.round(Math.min(MAX_SIDE, Math.max(MIN_SIDE, long, short)));
  const repeats = wholeRepeats(picture, a, b).map((corner) => readRepeat(picture, corner, a, b, side));
  if (repeats.length === 0) return undefined;
  const mean = new Float32Array(side ** 2 * 3);
  for (const repeat of repeats)
    repeat.forEach((value, at) => (mean[at] = (mean[at] ?? 0) + value / repeats.length));
  const typical = nearest(repeats, mean);
  const averaged = contrastOf(mean, side) >= SHARP_ENOUGH * contrastOf(typical, side);
  return { a, b, side, colours: averaged ? mean : typical, repeats: repeats.length, averaged };
}

/** The colour of the endless pattern that the unit makes, at x, y of the picture it was cut from (bilinear). */
export function colourOfPattern({ a, b, side, colours }: ColourUnit, x: number, y: number): Rgb {
  const determinant = a[0] * b[1] - a[1] * b[0];
  const u = ((x * b[1] - y * b[0]) / determinant) * side;
  const v = ((a[0] * y - a[1] * x) / determinant) * side;
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [shareU, shareV] = [u - left, v - top];
  const value = (column: number, row: number, channel: number): number =>
    colours[(wrapped(row, side) * side + wrapped(column, side)) * 3 + channel] ?? 0;
  const channelAt = (channel: number): number =>
    (value(left, top, channel) * (1 - shareU) + value(left + 1, top, channel) * shareU) * (1 - shareV) +
    (value(left, top + 1, channel) * (1 - shareU) + value(left + 1, top + 1, channel) * shareU) * shareV;
  return [channelAt(0), channelAt(1), channelAt(2)];
}

/** Corners i a + j b whose whole parallelogram stands in the picture; the first MAX_REPEATS by distance from its middle. */
function wholeRepeats({ width, height }: Raster, a: Point, b: Point): Point[] {
  const determinant = a[0] * b[1] - a[1] * b[0];
  const middle: Point = [width / 2, height / 2];
  const near = [
    Math.round((middle[0] * b[1] - middle[1] * b[0]) / determinant),
    Math.round((a[0] * middle[1] - a[1] * middle[0]) / determinant),
  ] as const;
  const found: Point[] = [];
  // Rings round the middle: beyond the first few, one without a whole repeat ends the search.
  for (let ring = 0; ring <= MAX_RINGS && found.length < MAX_REPEATS; ring++) {
    const before = found.length;
    for (let i = -ring; i <= ring; i++)
      for (let j = -ring; j <= ring; j++) {
        if (Math.max(Math.abs(i), Math.abs(j)) !== ring) continue;
        const corner: Point = [
          (near[0] + i) * a[0] + (near[1] + j) * b[0],
          (near[0] + i) * a[1] + (near[1] + j) * b[1],
        ];
        const others: Point[] = [
          corner,
          [corner[0] + a[0], corner[1] + a[1]],
          [corner[0] + b[0], corner[1] + b[1]],
          [corner[0] + a[0] + b[0], corner[1] + a[1] + b[1]],
        ];
        if (others.every(([x, y]) => x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5))
          found.push(corner);
      }
    if (ring > 2 && found.length === before) break;
  }
  return found.slice(0, MAX_REPEATS);
}

function readRepeat(picture: Raster, corner: Point, a: Point, b: Point, side: number): Float32Array {
  const colours = new Float32Array(side ** 2 * 3);
  for (let v = 0; v < side; v++)
    for (let u = 0; u < side; u++) {
      const x = corner[0] + (u * a[0] + v * b[0]) / side;
      const y = corner[1] + (u * a[1] + v * b[1]) / side;
      colours.set(sample(picture, x, y) ?? [255, 255, 255], (v * side + u) * 3);
    }
  return colours;
}

function nearest(repeats: readonly Float32Array[], mean: Float32Array): Float32Array {
  const distances = repeats.map((repeat) =>
    repeat.reduce((sum, value, at) => sum + (value - (mean[at] ?? 0)) ** 2, 0),
  );
  return repeats[distances.indexOf(Math.min(...distances))] ?? mean;
}

/** Root of the mean squared difference between neighbours. */
function contrastOf(colours: Float32Array, side: number): number {
  const row = side * 3;
  let sum = 0;
  for (let at = 0; at + row + 3 < colours.length; at++)
    sum +=
      ((colours[at + 3] ?? 0) - (colours[at] ?? 0)) ** 2 +
      ((colours[at + row] ?? 0) - (colours[at] ?? 0)) ** 2;
  return Math.sqrt(sum / colours.length);
}

function wrapped(at: number, side: number): number {
  return ((at % side) + side) % side;
}
