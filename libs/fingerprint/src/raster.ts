import sharp from 'sharp';

/** Bytes of one pixel: sRGB. */
export const CHANNELS = 3;

/** Decoded pixels. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** `height` rows of `width` pixels from the top, sRGB, three bytes each. */
  readonly pixels: Uint8Array;
}

/** A part of a raster, whole pixels, at least one each way. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** All of a raster. */
export function wholeOf({ width, height }: { readonly width: number; readonly height: number }): Rectangle {
  return { left: 0, top: 0, width, height };
}

/** A part of the raster at another size in pixels, by cubic kernel; proportions may change. */
export async function resample(
  { width, height, pixels }: Raster,
  part: Rectangle,
  size: { readonly width: number; readonly height: number },
): Promise<Raster> {
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: CHANNELS } })
    .extract(part)
    .resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

/** The size of the same proportions whose longer side has `longer` pixels. */
export function sizeWithin(
  { width, height }: { readonly width: number; readonly height: number },
  longer: number,
): { width: number; height: number } {
  const factor = longer / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}
