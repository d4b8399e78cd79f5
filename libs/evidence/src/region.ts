import type { LocalFeatures } from '#libs/registry';
import type { Mask } from './raster.js';

/** A place with what surrounds it: how far its description looks, in sizes of the place. */
const RADIUS_IN_SCALES = 6;
const MIN_RADIUS = 8;
const MAX_RADIUS = 96;
/** Gaps up to twice this between places are closed, pixels. */
const CLOSING = 10;

/**
 * The region that takes part in a match: what surrounds its supporting places, gaps closed.
 * @param size of the analysis frame, pixels
 * @param places indices of features; those that do not exist are passed over
 * @returns undefined without places
 */
export function regionOf(
  { width, height }: { readonly width: number; readonly height: number },
  features: LocalFeatures,
  places: readonly number[],
): Mask | undefined {
  const bits = new Uint8Array(width * height);
  let any = false;
  for (const place of places) {
    const [x, y, scale] = [features.x[place], features.y[place], features.scale[place]];
    if (x === undefined || y === undefined || scale === undefined) continue;
    const radius = Math.min(MAX_RADIUS, Math.max(MIN_RADIUS, scale * RADIUS_IN_SCALES));
    fillDisc(bits, width, height, x, y, radius);
    any = true;
  }
  return any ? close({ width, height, bits }, CLOSING) : undefined;
}

/** Pixels of the mask that touch one outside of it: its outline. */
export function outlineOf({ width, height, bits }: Mask): Mask {
  const edge = new Uint8Array(bits.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      if (bits[pixel] !== 1) continue;
      const neighbours = [
        x > 0 ? bits[pixel - 1] : 0,
        x < width - 1 ? bits[pixel + 1] : 0,
        y > 0 ? bits[pixel - width] : 0,
        y < height - 1 ? bits[pixel + width] : 0,
      ];
      edge[pixel] = Number(neighbours.includes(0));
    }
  }
  return { width, height, bits: edge };
}

function fillDisc(
  bits: Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
  radius: number,
): void {
  for (let row = Math.max(0, Math.ceil(y - radius)); row <= Math.min(height - 1, y + radius); row++) {
    const half = Math.sqrt(radius ** 2 - (row - y) ** 2);
    const from = Math.max(0, Math.ceil(x - half));
    const to = Math.min(width - 1, Math.floor(x + half));
    if (to >= from) bits.fill(1, row * width + from, row * width + to + 1);
  }
}

/** Dilated and eroded again by a square of 2 `reach` + 1 pixels; the border counts as meant, so that nothing recedes from it. */
function close(mask: Mask, reach: number): Mask {
  const { width, height } = mask;
  const grown = spread(mask.bits, width, height, reach, 1);
  return { width, height, bits: spread(grown, width, height, reach, 0) };
}

/** Spreads the pixels of one value along rows, then columns. */
function spread(bits: Uint8Array, width: number, height: number, reach: number, value: 0 | 1): Uint8Array {
  const rows = new Uint8Array(bits);
  for (let y = 0; y < height; y++) spreadLine(bits, rows, y * width, 1, width, reach, value);
  const all = new Uint8Array(rows);
  for (let x = 0; x < width; x++) spreadLine(rows, all, x, width, height, reach, value);
  return all;
}

function spreadLine(
  from: Uint8Array,
  to: Uint8Array,
  start: number,
  step: number,
  length: number,
  reach: number,
  value: 0 | 1,
): void {
  let last = -Infinity;
  for (let at = 0; at < length; at++) {
    if (from[start + at * step] === value) last = at;
    if (at - last <= reach) to[start + at * step] = value;
  }
  last = Infinity;
  for (let at = length - 1; at >= 0; at--) {
    if (from[start + at * step] === value) last = at;
    if (last - at <= reach) to[start + at * step] = value;
  }
}
