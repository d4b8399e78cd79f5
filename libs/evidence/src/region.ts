import type { LocalFeatures } from '#libs/registry';
import type { Mask } from './raster.js';

/** A place with what surrounds it: how far its description looks, in sizes of the place. */
const RADIUS_IN_SCALES = 6;
const MIN_RADIUS = 8;
const MAX_RADIUS = 96;
/** How the region is smoothed: over how many pixels each way, and from which share of them on a pixel belongs to it. */
const REACH = 9;
const LEVEL = 0.35;

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
  return any ? smooth({ width, height, bits }, REACH, LEVEL) : undefined;
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

/** Blurred and cut again at a level: small gaps close and corners become round. */
function smooth(mask: Mask, reach: number, level: number): Mask {
  const { width, height } = mask;
  let soft = Float32Array.from(mask.bits);
  for (let round = 0; round < 2; round++) {
    const rows = new Float32Array(soft.length);
    for (let y = 0; y < height; y++) meanAlong(soft, rows, y * width, 1, width, reach);
    soft = new Float32Array(soft.length);
    for (let x = 0; x < width; x++) meanAlong(rows, soft, x, width, height, reach);
  }
  return { width, height, bits: Uint8Array.from(soft, (share) => Number(share >= level)) };
}

/** Running mean of what lies within `reach` on a line of the picture; beyond its ends there is nothing to count. */
function meanAlong(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  length: number,
  reach: number,
): void {
  const value = (at: number): number => from[start + at * step] ?? 0;
  let sum = 0;
  for (let at = 0; at < Math.min(reach, length); at++) sum += value(at);
  for (let at = 0; at < length; at++) {
    if (at + reach < length) sum += value(at + reach);
    if (at - reach > 0) sum -= value(at - reach - 1);
    const counted = Math.min(length - 1, at + reach) - Math.max(0, at - reach) + 1;
    to[start + at * step] = sum / counted;
  }
}
