import { blur } from '../blur.js';
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
/** How far a blur reaches, in its deviations. */
const REACH = 3;
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
  let first = blur(picture, Math.sqrt(BASE_SIGMA ** 2 - INPUT_SIGMA ** 2), REACH);
  for (let octave = 0; octave < octaves; octave++) {
    if (Math.min(first.width, first.height) < LEAST_SIDE) break;
    const blurred = [first];
    for (let i = 1; i < INTERVALS + 3; i++) {
      const last = blurred[i - 1] ?? first;
      blurred.push(blur(last, Math.sqrt(sigmaAt(i) ** 2 - sigmaAt(i - 1) ** 2), REACH));
    }
    found.push({ step: 2 ** octave, blurred });
    first = halve(blurred[INTERVALS] ?? first);
  }
  return found;
}

function halve({ width, height, values }: Plane): Plane {
  const [across, down] = [width >> 1, height >> 1];
  const half = new Float32Array(across * down);
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) half[y * across + x] = values[2 * y * width + 2 * x]!;
  return { width: across, height: down, values: half };
}
