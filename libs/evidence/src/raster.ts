import sharp from 'sharp';

/** A decoded picture: sRGB, three bytes a pixel, rows from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Which pixels of a raster of this size are meant: one byte each, 0 or 1. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly bits: Uint8Array;
}

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The raster as a PNG file. */
export function writePng({ width, height, pixels }: Raster): Promise<Buffer> {
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9, adaptiveFiltering: true })
    .toBuffer();
}

/** A raster of one colour. */
export function plain(width: number, height: number, colour: Rgb): Raster {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < pixels.length; at += 3) pixels.set(colour, at);
  return { width, height, pixels };
}

/** Copies a raster into another with its upper left corner at left, top; it must fit. */
export function place(onto: Raster, raster: Raster, left: number, top: number): void {
  for (let y = 0; y < raster.height; y++) {
    const row = raster.pixels.subarray(y * raster.width * 3, (y + 1) * raster.width * 3);
    onto.pixels.set(row, ((top + y) * onto.width + left) * 3);
  }
}

/** A new raster, each pixel's colour made from the pixel's number. */
export function paint(width: number, height: number, colour: (pixel: number) => Rgb): Raster {
  const pixels = new Uint8ClampedArray(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) pixels.set(colour(pixel), pixel * 3);
  return { width, height, pixels: new Uint8Array(pixels.buffer) };
}

/** The colour of one pixel. */
export function colourAt({ pixels }: Raster, pixel: number): Rgb {
  return [pixels[pixel * 3] ?? 0, pixels[pixel * 3 + 1] ?? 0, pixels[pixel * 3 + 2] ?? 0];
}

/** One colour with a share (0 to 1) of another laid over it. */
export function mix(under: Rgb, over: Rgb, share: number): Rgb {
  return [
    under[0] + (over[0] - under[0]) * share,
    under[1] + (over[1] - under[1]) * share,
    under[2] + (over[2] - under[2]) * share,
  ];
}

/** Share of the pixels that are meant, 0 to 1. */
export function shareOf({ bits }: Mask): number {
  return bits.reduce((sum, bit) => sum + bit, 0) / bits.length;
}
