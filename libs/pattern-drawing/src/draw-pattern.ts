import sharp from 'sharp';
import { bleeding, MAX_SHIFT } from './cloth/finish.js';
import { drawGround } from './cloth/ground.js';
import { shadeCloth } from './cloth/weave.js';
import { channels } from './colour/oklch.js';
import { type PatternDesign, TONES } from './design.js';
import { drawTile } from './draw-tile.js';
import { seededRandom } from './random.js';
import { cellPixels } from './symmetry/repeat.js';

/** Design units to the height of a picture. */
export const UNITS = 512;

export interface DrawOptions {
  /** Pixels, 16 to 4096. */
  readonly width: number;
  /** Pixels, 16 to 4096; the design is scaled so that 512 of its units fill it. */
  readonly height: number;
  readonly format?: 'jpeg' | 'png';
  /** JPEG quality, 1 to 100; 90 if absent. */
  readonly quality?: number;
}

interface Raster {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel. */
  readonly pixels: Uint8Array;
}

/**
 * Draws the design as a piece of cloth filled with its repeats. The same design and options give the same pixels on
 * one machine.
 * @returns the encoded picture
 * @throws RangeError for a size out of range
 */
export async function drawPattern(design: PatternDesign, options: DrawOptions): Promise<Buffer> {
  const { width, height } = options;
  for (const [name, size] of [
    ['width', width],
    ['height', height],
  ] as const)
    if (!Number.isInteger(size) || size < 16 || size > 4096)
      throw new RangeError(`${name}: ${size} is out of range; give a whole number of pixels from 16 to 4096`);
  const scale = height / UNITS;
  const cell = await drawCell(design, scale);
  const cloth = layOut(design, cell, width, height, scale);
  const picture = sharp(cloth, { raw: { width, height, channels: 3 } });
  return options.format === 'png'
    ? picture.png().toBuffer()
    : picture.jpeg({ quality: options.quality ?? 90 }).toBuffer();
}

/** One cell without weave or finish. */
async function drawCell(design: PatternDesign, scale: number): Promise<Raster> {
  const width = Math.max(4, Math.round(design.cell.width * scale));
  const height = Math.max(4, Math.round(design.cell.height * scale));
  const pixels = drawGround(
    design.ground,
    design.palette.map(channels),
    seededRandom(design.grain),
    width,
    height,
  );
  const drawing = await sharp(Buffer.from(drawTile(design, width, height)), { unlimited: false })
    .ensureAlpha()
    .raw()
    .toBuffer();
  for (let i = 0; i < width * height; i++) {
    const alpha = (drawing[i * 4 + 3] ?? 0) / 255;
    if (alpha === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const under = pixels[i * 3 + channel] ?? 0;
      pixels[i * 3 + channel] = Math.round(under + ((drawing[i * 4 + channel] ?? 0) - under) * alpha);
    }
  }
  return { width, height, pixels };
}

/** Repeats the cell over the cloth, blurred by the finish and shaded by the weave. */
function layOut(
  design: PatternDesign,
  cell: Raster,
  width: number,
  height: number,
  scale: number,
): Uint8ClampedArray {
  const random = seededRandom(design.grain + 1);
  const { shiftX, shiftY, shade: pooled, crack } = bleeding(design.finish, random, width, height, scale);
  const shade = shadeCloth(design.weave, random, width, height, scale);
  const [red, green, blue] = channels(design.palette[TONES.line] ?? '#000000');
  const margin = Math.ceil(MAX_SHIFT * scale);
  const cellPixel = cellPixels(design.repeat, cell, { width, height }, margin);
  const cloth = new Uint8ClampedArray(width * height * 3);
  const { pixels } = cell;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const fromX = shiftX ? Math.round(x + (shiftX[i] ?? 0)) : x;
      const fromY = shiftY ? Math.round(y + (shiftY[i] ?? 0)) : y;
      const from = cellPixel(fromX, fromY) * 3;
      const bright = pooled ? (shade[i] ?? 1) * (pooled[i] ?? 1) : (shade[i] ?? 1);
      const cracked = crack?.[i] ?? 0;
      const dyed = bright * (1 - cracked);
      const waxed = bright * cracked;
      cloth[i * 3] = (pixels[from] ?? 0) * dyed + red * waxed;
      cloth[i * 3 + 1] = (pixels[from + 1] ?? 0) * dyed + green * waxed;
      cloth[i * 3 + 2] = (pixels[from + 2] ?? 0) * dyed + blue * waxed;
    }
  return cloth;
}
