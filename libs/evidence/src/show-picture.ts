import sharp from 'sharp';

/** Largest picture that is decoded, pixels; larger ones are not taken into a registry. */
const MAX_PIXELS = 120_000_000;
const DECODE_SECONDS = 30;
const QUALITY = 88;

/**
 * A picture as a screen shows it, whatever file it is: WebP, upright, sRGB, transparency laid on white, without the file's metadata.
 * @param picture a file that the fingerprinter took (JPEG, PNG, WebP or TIFF)
 * @param side longest side, pixels; a smaller picture keeps its size
 * @throws Error if the file is damaged
 */
export function showPicture(picture: Uint8Array, side: number): Promise<Buffer> {
  return sharp(picture, { limitInputPixels: MAX_PIXELS, sequentialRead: true })
    .timeout({ seconds: DECODE_SECONDS })
    .autoOrient()
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .webp({ quality: QUALITY })
    .toBuffer();
}
