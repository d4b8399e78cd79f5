import { CHANNELS, wholeOf, type Raster, type Rectangle } from './raster.js';

/** Highest opacity that counts as none, of 255. */
const CLEAR = 8;

/**
 * Lays pixels with opacity on white.
 * @param pixels rows of `width` pixels, four bytes each: sRGB, not premultiplied, and opacity
 * @returns the raster, and the bounding rectangle of what is not all transparent: the whole raster if everything is
 */
export function layOnWhite(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): { raster: Raster; opaque: Rectangle } {
  const laid = new Uint8Array(width * height * CHANNELS);
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const place = y * width + x;
      const opacity = pixels[place * 4 + 3] ?? 0;
      for (let channel = 0; channel < CHANNELS; channel++) {
        const level = pixels[place * 4 + channel] ?? 0;
        laid[place * CHANNELS + channel] = Math.round(255 + ((level - 255) * opacity) / 255);
      }
      if (opacity <= CLEAR) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  const raster = { width, height, pixels: laid };
  if (right < 0) return { raster, opaque: wholeOf(raster) };
  return { raster, opaque: { left, top, width: right - left + 1, height: bottom - top + 1 } };
}
