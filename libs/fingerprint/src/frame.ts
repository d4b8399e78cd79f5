import type { Plane } from './features/scale-space.js';

/** The analysis frame: the whole pattern, upright, its longer side FRAME pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** width x height x 3 bytes, sRGB, row by row. */
  readonly pixels: Uint8Array;
}

/** Luma (ITU-R BT.601), 0 to 1. */
export function greyOf({ width, height, pixels }: Frame): Plane {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++)
    values[i] = (0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!) / 255;
  return { width, height, values };
}
