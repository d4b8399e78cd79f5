import type { Plane } from './plane.js';
import { CHANNELS, type Raster } from './raster.js';

/** Luma (ITU-R BT.601), 0 to 255. */
export function greyOf({ width, height, pixels }: Raster): Plane {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const at = i * CHANNELS;
    values[i] = 0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!;
  }
  return { width, height, values };
}
