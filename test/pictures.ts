import { composeDesign, drawPattern } from '#libs/pattern-drawing';
import sharp from 'sharp';

/** A fabric pattern drawn from a seed, as a JPEG of 400 x 400 px. */
export async function drawnPicture(seed: number): Promise<Uint8Array> {
  return drawPattern(composeDesign(seed), { width: 400, height: 400 });
}

/** Its mirror image, encoded again. */
export async function mirrored(picture: Uint8Array): Promise<Uint8Array> {
  return sharp(picture).flop().jpeg({ quality: 70 }).toBuffer();
}
