import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { FRAME, RegistryError } from '#libs/registry';
import { CHANNELS, wholeOf, type Raster, type Rectangle } from './raster.js';
import { layOnWhite } from './transparency.js';

/** Largest picture file, bytes. */
export const MAX_PICTURE_BYTES = 64 * 1024 * 1024;
/** Shortest side of a picture that can be compared, pixels. */
export const MIN_SIDE = 32;
/** Longest side, pixels. */
export const MAX_SIDE = 20_000;
/** Largest area, pixels. */
export const MAX_PIXELS = 120_000_000;
/** Side of the square that the model sees, pixels. */
export const INPUT_SIDE = 256;

const DECODE_SECONDS = 30;

/** Longest side of a decoded picture, pixels: enough for an analysis frame of a quarter of it. */
const RASTER_SIDE = 2 * FRAME;

/** A picture decoded, and what is worth keeping of the file. */
export interface DecodedPicture {
  readonly mediaType: string;
  /** Pixels, upright. */
  readonly width: number;
  /** Pixels, upright. */
  readonly height: number;
  /** The whole picture, upright, transparency laid on white, reduced to RASTER_SIDE if it is larger. */
  readonly raster: Raster;
  /** The part of the raster that is not all transparent. */
  readonly opaque: Rectangle;
}

const FORMATS: readonly {
  readonly name: string;
  readonly mediaType: string;
  readonly opens: (file: Buffer) => boolean;
}[] = [
  { name: 'jpeg', mediaType: 'image/jpeg', opens: (file) => startsWith(file, 'ffd8ff') },
  { name: 'png', mediaType: 'image/png', opens: (file) => startsWith(file, '89504e470d0a1a0a') },
  {
    name: 'webp',
    mediaType: 'image/webp',
    opens: (file) => file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WEBP',
  },
  {
    name: 'tiff',
    mediaType: 'image/tiff',
    opens: (file) =>
      ['49492a00', '4d4d002a', '49492b00', '4d4d002b'].some((magic) => startsWith(file, magic)),
  },
];

/**
 * Reads a JPEG, PNG, WebP or TIFF file (of a TIFF the first page) that anybody may have sent: upright by its EXIF
 * orientation, CMYK, 16-bit and ICC colours converted to 8-bit sRGB, transparency laid on white.
 * @throws RegistryError INVALID_INPUT (field "picture") for another format, a damaged or truncated file, an animation,
 *   and for what lies outside MAX_PICTURE_BYTES, MIN_SIDE, MAX_SIDE and MAX_PIXELS
 */
export async function decodePicture(picture: Uint8Array): Promise<DecodedPicture> {
  const file = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength);
  if (file.length === 0) throw refusal('the file is empty', 'send the picture again');
  if (file.length > MAX_PICTURE_BYTES) {
    throw refusal(
      `the file has ${file.length} bytes, more than ${MAX_PICTURE_BYTES}`,
      'save it smaller or as JPEG',
    );
  }
  const format = FORMATS.find(({ opens }) => opens(file));
  if (format === undefined) {
    throw refusal('it is no JPEG, PNG, WebP or TIFF file', 'save the picture in one of these formats');
  }
  const options: SharpOptions = { failOn: 'error', limitInputPixels: MAX_PIXELS, sequentialRead: true };
  const { width, height } = uprightSize(await readHeader(file, options), format.name);
  return { mediaType: format.mediaType, width, height, ...(await readPixels(file, options)) };
}

async function readHeader(file: Buffer, options: SharpOptions): Promise<Metadata> {
  try {
    // Size is judged below, with figures, before any pixel is decoded.
    return await sharp(file, { ...options, limitInputPixels: false }).metadata();
  } catch (error) {
    throw damaged(error);
  }
}

function uprightSize(header: Metadata, format: string): { width: number; height: number } {
  if (header.format !== format) {
    throw refusal(`it opens like ${format} and is ${header.format}`, 'save the picture again');
  }
  if (format === 'webp' && (header.pages ?? 1) > 1) {
    throw refusal(`it is an animation of ${header.pages} pictures`, 'send one picture of the pattern');
  }
  const { width, height } = header.autoOrient;
  const size = `it is ${width} x ${height} pixels`;
  if (Math.min(width, height) < MIN_SIDE) {
    throw refusal(`${size}, too small to compare`, `send one of at least ${MIN_SIDE} pixels a side`);
  }
  if (Math.max(width, height) > MAX_SIDE || width * height > MAX_PIXELS) {
    throw refusal(
      `${size}, too large`,
      `send one of at most ${MAX_SIDE} pixels a side and ${MAX_PIXELS} in all`,
    );
  }
  return { width, height };
}

async function readPixels(
  file: Buffer,
  options: SharpOptions,
): Promise<{ raster: Raster; opaque: Rectangle }> {
  try {
    const { data, info } = await sharp(file, options)
      .timeout({ seconds: DECODE_SECONDS })
      .autoOrient()
      .resize(RASTER_SIDE, RASTER_SIDE, { fit: 'inside', withoutEnlargement: true, kernel: 'cubic' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const size = { width: info.width, height: info.height };
    if (info.channels === CHANNELS + 1) return layOnWhite(data, size);
    if (info.channels !== CHANNELS) throw new Error(`decoded to ${info.channels} channels, not 3`);
    return { raster: { ...size, pixels: data }, opaque: wholeOf(size) };
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(cause: unknown): RegistryError {
  const detail = cause instanceof Error ? cause.message.trim().split('\n')[0] : String(cause);
  return refusal(
    `it cannot be decoded, it is damaged or truncated (${detail?.slice(0, 200)})`,
    'send the undamaged file',
    cause,
  );
}

function startsWith(file: Buffer, hex: string): boolean {
  return file.subarray(0, hex.length / 2).toString('hex') === hex;
}

function refusal(problem: string, remedy: string, cause?: unknown): RegistryError {
  return new RegistryError('INVALID_INPUT', 'picture', problem, remedy, { cause });
}
