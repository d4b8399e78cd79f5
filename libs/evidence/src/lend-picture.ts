import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import sharp from 'sharp';

/** Largest picture that is decoded, pixels; larger ones are not taken into a registry. */
const MAX_PIXELS = 120_000_000;
const DECODE_SECONDS = 30;
const QUALITY = 82;
const FONT = '@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf';
/** Height of the watermark's letters as a share of the longer side, and the distance of its lines. */
const LETTERS = 1 / 26;
const LINES = 1 / 5;

let font: Font | undefined;

/**
 * A picture as another province may see it: JPEG, upright, sRGB, without the file's metadata, reduced, and with words across all of it.
 * The words are drawn as outlines, so that no font of the machine is asked for.
 * @param side longest side, pixels; a smaller picture keeps its size
 * @param watermark one line; characters that the font lacks are left out
 * @throws Error if the file is damaged
 */
export async function lendPicture(picture: Uint8Array, side: number, watermark: string): Promise<Buffer> {
  const { data, info } = await sharp(picture, { limitInputPixels: MAX_PIXELS, sequentialRead: true })
    .timeout({ seconds: DECODE_SECONDS })
    .autoOrient()
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return sharp(data, { raw: { width, height, channels } })
    .composite([{ input: Buffer.from(overlay(width, height, watermark)) }])
    .jpeg({ quality: QUALITY, mozjpeg: true })
    .toBuffer();
}

/** The words in slanted lines over the whole picture, light with a dark edge. */
function overlay(width: number, height: number, words: string): string {
  const longer = Math.max(width, height);
  const { path, advance } = outline(words, longer * LETTERS);
  const step = longer * LINES;
  const diagonal = Math.hypot(width, height);
  const places: string[] = [];
  for (let y = -diagonal / 2; y <= diagonal / 2; y += step)
    for (let x = -diagonal / 2; x <= diagonal / 2; x += advance + step)
      places.push(`<use href="#words" x="${x.toFixed(1)}" y="${y.toFixed(1)}"/>`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<defs><path id="words" d="${path}"/></defs>` +
    `<g transform="translate(${width / 2} ${height / 2}) rotate(-24)" fill="#fff" fill-opacity=".55" stroke="#000" stroke-opacity=".35" stroke-width="${(longer / 900).toFixed(2)}">` +
    `${places.join('')}</g></svg>`
  );
}

function outline(words: string, size: number): { path: string; advance: number } {
  const { unitsPerEm } = (font ??= openFont());
  const scale = size / unitsPerEm;
  let advance = 0;
  const parts: string[] = [];
  for (const glyph of font.glyphsForString(words)) {
    if (glyph.id !== 0)
      parts.push(
        glyph.path
          .scale(scale, -scale)
          .translate(advance * scale, 0)
          .toSVG(),
      );
    advance += glyph.advanceWidth;
  }
  return { path: parts.join(''), advance: advance * scale };
}

function openFont(): Font {
  const opened = create(readFileSync(createRequire(import.meta.url).resolve(FONT)));
  if (!('glyphsForString' in opened)) throw new Error(`${FONT} is a collection, not one font`);
  return opened;
}
