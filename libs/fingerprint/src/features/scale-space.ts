import type { Plane } from '../plane.js';

/** One octave of a scale space: the picture ever more blurred, at one sampling. */
export interface Octave {
  /** Pixels of the analysis frame to a sample of this octave: 1, 2, 4, ... */
  readonly step: number;
  /** INTERVALS + 3 planes; plane i has the blur `sigmaAt(i)`. */
  readonly blurred: readonly Plane[];
}

/** Blurs to an octave. */
export const INTERVALS = 2;
/** Blur of an octave's first plane, in samples of it. */
export const BASE_SIGMA = 1.6;
/** Blur that a picture is taken to have, pixels. */
const INPUT_SIGMA = 0.7;
/** No octave has a side under this, samples. */
const LEAST_SIDE = 24;

/** Blur of an octave's plane `i` in samples of the octave; `i` may lie between planes. */
export function sigmaAt(i: number): number {
  return BASE_SIGMA * 2 ** (i / INTERVALS);
}

/**
 * The picture blurred in steps of 2^(1/INTERVALS), halved after each doubling.
 * Lowe: Distinctive image features from scale-invariant keypoints (IJCV 2004), section 3.
 * @param octaves at most; fewer for a small picture
 */
export function buildScaleSpace(picture: Plane, octaves: number): Octave[] {
  const found: Octave[] = [];
  let first = blur(picture, Math.sqrt(BASE_SIGMA ** 2 - INPUT_SIGMA ** 2));
  for (let octave = 0; octave < octaves; octave++) {
    if (Math.min(first.width, first.height) < LEAST_SIDE) break;
    const blurred = [first];
    for (let i = 1; i < INTERVALS + 3; i++) {
      const last = blurred[i - 1] ?? first;
      blurred.push(blur(last, Math.sqrt(sigmaAt(i) ** 2 - sigmaAt(i - 1) ** 2)));
    }
    found.push({ step: 2 ** octave, blurred });
    first = halve(blurred[INTERVALS] ?? first);
  }
  return found;
}

/** Gaussian blur, the edge's values continued outwards. */
export function blur({ width, height, values }: Plane, sigma: number): Plane {
  const kernel = gaussian(sigma);
  const across = new Float32Array(width * height);
  const radius = kernel.length - 1;
  const line = new Float32Array(Math.max(width, height) + 2 * radius);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    line.fill(values[row] ?? 0, 0, radius);
    line.set(values.subarray(row, row + width), radius);
    line.fill(values[row + width - 1] ?? 0, radius + width, radius + width + radius);
    for (let x = 0; x < width; x++) {
      const at = x + radius;
      let sum = kernel[0]! * line[at]!;
      for (let k = 1; k <= radius; k++) sum += kernel[k]! * (line[at - k]! + line[at + k]!);
      across[row + x] = sum;
    }
  }
  const blurred = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let k = 0; k <= radius; k++) {
      const above = Math.max(0, y - k) * width;
      const below = Math.min(height - 1, y + k) * width;
      const weight = k === 0 ? kernel[0]! / 2 : kernel[k]!;
      for (let x = 0; x < width; x++)
        blurred[row + x] = blurred[row + x]! + weight * (across[above + x]! + across[below + x]!);
    }
  }
  return { width, height, values: blurred };
}

/** Half of a kernel, from its middle; all of it sums to 1. */
function gaussian(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const half = Float32Array.from({ length: radius + 1 }, (_, k) => Math.exp(-(k * k) / (2 * sigma * sigma)));
  const total = half.reduce((sum, weight, k) => sum + (k === 0 ? weight : 2 * weight), 0);
  return half.map((weight) => weight / total);
}

function halve({ width, height, values }: Plane): Plane {
  const [across, down] = [width >> 1, height >> 1];
  const half = new Float32Array(across * down);
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) half[y * across + x] = values[2 * y * width + 2 * x]!;
  return { width: across, height: down, values: half };
}
