import { decodeGrey } from '../../copying/raster.js';
import { bitsAbove } from './bits.js';
import { cosinesOf, eightOrientations } from './cosines.js';

const SIDE = 32;
const LOW = 8;
const BITS = LOW * LOW;

/**
 * The 64-bit perceptual hash of a picture in its eight orientations, the upright one first: of 32 x 32 grey levels the
 * lowest 8 x 8 coefficients of the cosine transform, each above their median or not (as pHash and ImageHash do).
 */
export async function phashOrientations(file: Uint8Array): Promise<Uint32Array[]> {
  const levels = await decodeGrey(file, SIDE);
  return eightOrientations(cosinesOf(levels, SIDE, LOW, 0)).map((values) => {
    const sorted = Float64Array.from(values).sort();
    return bitsAbove(values, ((sorted[BITS / 2 - 1] ?? 0) + (sorted[BITS / 2] ?? 0)) / 2);
  });
}
