import { invert, scaleOf, type Placing } from './placing.js';
import { type Mask, type Raster, type Rgb } from './raster.js';

const { ceil, floor, max, min, round } = Math;

/** Most samples along each side of a pixel, where a picture is made smaller. */
const MAX_SAMPLES = 4;

/** A picture laid into another's frame. */
export interface Warped {
  readonly raster: Raster;
  /** Where there is something of the picture. */
  readonly covered: Mask;
}

/**
 * Lays a picture into a frame: each pixel is the mean of bilinear samples, as many as the picture is made smaller by.
 * @param placing from the picture to the frame
 * @param beyond the colour where nothing of the picture lies
 * @returns undefined for a placing that cannot be turned round
 */
export function warp(
  picture: Raster,
  placing: Placing,
  frame: { readonly width: number; readonly height: number },
  beyond: Rgb,
): Warped | undefined {
  const back = invert(placing);
  if (!back) return undefined;
  const { width, height } = frame;
  const samples = min(MAX_SAMPLES, max(1, ceil(1 / scaleOf(placing))));
  const pixels = new Uint8Array(width * height * 3);
  const bits = new Uint8Array(width * height);
  const sum: [number, number, number] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sum.fill(0);
      let inside = 0;
      for (let sample = 0; sample < samples ** 2; sample++) {
        const toX = x + ((sample % samples) + 0.5) / samples - 0.5;
        const toY = y + (floor(sample / samples) + 0.5) / samples - 0.5;
        const fromX = back.a * toX + back.b * toY + back.e;
        const fromY = back.c * toX + back.d * toY + back.f;
        inside += addSample(sum, picture, fromX, fromY);
      }
      const pixel = y * width + x;
      const covered = inside * 2 > samples ** 2;
      bits[pixel] = Number(covered);
      for (let channel = 0; channel < 3; channel++)
        pixels[pixel * 3 + channel] = round(covered ? (sum[channel] ?? 0) / inside : (beyond[channel] ?? 0));
    }
  }
  return { raster: { width, height, pixels }, covered: { width, height, bits } };
}

/** Adds the colour at a place; 1 if it lies in the picture, else 0 and nothing is added. */
function addSample(sum: [number, number, number], picture: Raster, x: number, y: number): 0 | 1 {
  const { width, height, pixels } = picture;
  if (!(x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5)) return 0;
  const left = max(0, min(width - 1, floor(x)));
  const top = max(0, min(height - 1, floor(y)));
  const shareX = max(0, x - left);
  const shareY = max(0, y - top);
  const right = min(width - 1, left + 1);
  const bottom = min(height - 1, top + 1);
  for (const channel of [0, 1, 2] as const) {
    const value = (column: number, row: number): number => pixels[(row * width + column) * 3 + channel] ?? 0;
    const upper = value(left, top) * (1 - shareX) + value(right, top) * shareX;
    const lower = value(left, bottom) * (1 - shareX) + value(right, bottom) * shareX;
    sum[channel] += upper * (1 - shareY) + lower * shareY;
  }
  return 1;
}

/** Bilinear colour at a place of the picture; undefined outside of it. */
export function sample(picture: Raster, x: number, y: number): Rgb | undefined {
  const sum: [number, number, number] = [0, 0, 0];
  return addSample(sum, picture, x, y) === 1 ? sum : undefined;
}
