import sharp, { type Sharp } from 'sharp';

/** Longest decoded picture taken here, in pixels. */
const LIMIT_PIXELS = 120_000_000;

/** A decoded picture: sRGB, three bytes a pixel, rows from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** What stands beyond the border of a picture: its repeat, or its mirror image. */
export type Beyond = 'repeat' | 'mirror';

/**
 * A picture file upright, transparency laid on white, reduced (never enlarged) to a longest side.
 * @param longest pixels
 * @throws Error from the decoder for what is no picture
 */
export async function decode(file: Uint8Array, longest: number): Promise<Raster> {
  const { data, info } = await sharp(file, { limitInputPixels: LIMIT_PIXELS, failOn: 'error' })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

/** @param quality JPEG quality, 1 to 100 */
export function encode(raster: Raster, quality: number): Promise<Buffer> {
  return open(raster).jpeg({ quality }).toBuffer();
}

/** The raster as a sharp pipeline. */
export function open({ width, height, pixels }: Raster): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** What a pipeline makes, decoded. */
export async function drain(pipeline: Sharp): Promise<Raster> {
  const { data, info } = await pipeline
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`a pipeline made ${info.channels} channels, not 3`);
  return { width: info.width, height: info.height, pixels: data };
}

/** The raster resampled to a size in pixels. */
export function resize(raster: Raster, width: number, height: number): Promise<Raster> {
  const size = [width, height].map((side) => Math.max(1, Math.round(side)));
  return drain(open(raster).resize(size[0], size[1], { fit: 'fill' }));
}

/**
 * A new raster whose every pixel is sampled (bilinear) where `from` says.
 * @param from for the pixel x, y of the new raster the place in the old one, in pixels; it may lie outside
 */
export function remap(
  raster: Raster,
  size: { readonly width: number; readonly height: number },
  from: (x: number, y: number) => readonly [number, number],
  beyond: Beyond,
): Raster {
  const width = Math.max(1, Math.round(size.width));
  const height = Math.max(1, Math.round(size.height));
  const pixels = new Uint8Array(width * height * 3);
  const inside = beyond === 'repeat' ? repeat : mirror;
  const source = raster.pixels;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = from(x, y);
      const left = Math.floor(fromX);
      const top = Math.floor(fromY);
      const shareX = fromX - left;
      const shareY = fromY - top;
      const x0 = inside(left, raster.width);
      const x1 = inside(left + 1, raster.width);
      const row0 = inside(top, raster.height) * raster.width;
      const row1 = inside(top + 1, raster.height) * raster.width;
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const value = (place: number): number => source[place * 3 + channel] ?? 0;
        const upper = value(row0 + x0) * (1 - shareX) + value(row0 + x1) * shareX;
        const lower = value(row1 + x0) * (1 - shareX) + value(row1 + x1) * shareX;
        pixels[at + channel] = Math.round(upper * (1 - shareY) + lower * shareY);
      }
    }
  }
  return { width, height, pixels };
}

/** Every pixel's colour replaced, by what `change` writes into the three numbers it is given; they are clamped after. */
export function recolourEach(
  raster: Raster,
  change: (rgb: [number, number, number], x: number, y: number) => void,
): Raster {
  const pixels = new Uint8ClampedArray(raster.pixels.length);
  const rgb: [number, number, number] = [0, 0, 0];
  for (let y = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++) {
      const at = (y * raster.width + x) * 3;
      for (const channel of [0, 1, 2] as const) rgb[channel] = raster.pixels[at + channel] ?? 0;
      change(rgb, x, y);
      pixels.set(rgb, at);
    }
  }
  return { ...raster, pixels: new Uint8Array(pixels.buffer) };
}

function repeat(at: number, length: number): number {
  return ((at % length) + length) % length;
}

function mirror(at: number, length: number): number {
  const place = repeat(at, 2 * length);
  return place < length ? place : 2 * length - 1 - place;
}

/** A picture file as a square of grey levels, a byte each. */
export function decodeGrey(file: Uint8Array, side: number): Promise<Buffer> {
  return sharp(file, { limitInputPixels: LIMIT_PIXELS, failOn: 'error' })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize(side, side, { fit: 'fill' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer();
}
