import { decode, type Raster } from '../../copying/raster.js';
import { bitsAbove } from './bits.js';
import { cosinesOf, eightOrientations } from './cosines.js';

/** Longest side of the pictures hashed, pixels. */
const LONGEST = 512;
const SIDE = 64;
const LOW = 16;
const BITS = LOW * LOW;
const PASSES = 2;

/**
 * The 256-bit PDQ hash of a picture in its eight orientations, the upright one first (Facebook, "The TMK+PDQF video-hashing
 * algorithm and the PDQ image-hashing algorithm", 2019): luminance, blurred by two passes of box filters each way, taken at 64 x 64
 * places; of its cosine transform the frequencies 1 to 16 each way, each above their median or not. PDQ's measure of quality, by
 * which flat pictures are left out, is not applied: every picture is compared.
 */
export async function pdqOrientations(file: Uint8Array): Promise<Uint32Array[]> {
  const raster = await decode(file, LONGEST);
  const levels = sample(blur(luminance(raster), raster), raster);
  return eightOrientations(cosinesOf(levels, SIDE, LOW, 1)).map((values) => {
    // The lower median, so that never more than half of the bits are set.
    const median = Float64Array.from(values).sort()[BITS / 2 - 1] ?? 0;
    return bitsAbove(values, median);
  });
}

function luminance({ pixels }: Raster): Float64Array {
  return Float64Array.from(
    { length: pixels.length / 3 },
    (_, i) =>
      0.299 * (pixels[i * 3] ?? 0) + 0.587 * (pixels[i * 3 + 1] ?? 0) + 0.114 * (pixels[i * 3 + 2] ?? 0),
  );
}

function blur(levels: Float64Array, { width, height }: Raster): Float64Array {
  let from = levels;
  for (let pass = 0; pass < PASSES; pass++) {
    const across = new Float64Array(levels.length);
    for (let y = 0; y < height; y++) boxFilter(from, across, { start: y * width, step: 1, length: width });
    const down = new Float64Array(levels.length);
    for (let x = 0; x < width; x++) boxFilter(across, down, { start: x, step: width, length: height });
    from = down;
  }
  return from;
}

/** Means over a window of as much of the line as goes into two of the 64 places, cut off at the line's ends. */
function boxFilter(
  from: Float64Array,
  to: Float64Array,
  { start, step, length }: { readonly start: number; readonly step: number; readonly length: number },
): void {
  const window = Math.floor((length + 2 * SIDE - 1) / (2 * SIDE));
  const ahead = Math.floor((window + 2) / 2) - 1;
  const behind = window - ahead - 1;
  let sum = 0;
  for (let at = 0; at < Math.min(ahead, length); at++) sum += from[start + at * step] ?? 0;
  for (let at = 0; at < length; at++) {
    if (at + ahead < length) sum += from[start + (at + ahead) * step] ?? 0;
    if (at - behind - 1 >= 0) sum -= from[start + (at - behind - 1) * step] ?? 0;
    const count = Math.min(length - 1, at + ahead) - Math.max(0, at - behind) + 1;
    to[start + at * step] = sum / count;
  }
}

function sample(levels: Float64Array, { width, height }: Raster): Float64Array {
  return Float64Array.from({ length: SIDE * SIDE }, (_, i) => {
    const y = Math.floor(((Math.floor(i / SIDE) + 0.5) * height) / SIDE);
    const x = Math.floor((((i % SIDE) + 0.5) * width) / SIDE);
    return levels[y * width + x] ?? 0;
  });
}
