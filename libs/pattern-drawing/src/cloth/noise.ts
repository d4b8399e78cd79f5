import { type Random } from '../random.js';

/**
 * Smooth noise in [-1, 1], one value a pixel, that goes over its edges without a seam.
 * @param width pixels
 * @param height pixels
 * @param across bumps over the width, at least 1
 * @param down bumps over the height, at least 1
 */
export function smoothNoise(
  random: Random,
  width: number,
  height: number,
  across: number,
  down: number,
): Float32Array {
  const knots = Float32Array.from({ length: across * down }, () => random.between(-1, 1));
  const left = Int32Array.from({ length: width }, (_, x) => Math.floor((x / width) * across));
  const eased = Float32Array.from({ length: width }, (_, x) => ease(((x / width) * across) % 1));
  const line = new Float32Array(across + 1);
  const field = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const at = (y / height) * down;
    const above = Math.floor(at) * across;
    const below = ((Math.floor(at) + 1) % down) * across;
    const t = ease(at % 1);
    for (let k = 0; k <= across; k++)
      line[k] = mix(knots[above + (k % across)] ?? 0, knots[below + (k % across)] ?? 0, t);
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const k = left[x] ?? 0;
      const from = line[k] ?? 0;
      field[i] = from + ((line[k + 1] ?? 0) - from) * (eased[x] ?? 0);
    }
  }
  return field;
}

/** Several sizes of noise over one another, each half as strong and twice as fine as the one before. */
export function layeredNoise(
  random: Random,
  width: number,
  height: number,
  across: number,
  down: number,
  octaves: number,
): Float32Array {
  const sum = smoothNoise(random, width, height, across, down);
  for (let octave = 1; octave < octaves; octave++) {
    const finer = smoothNoise(random, width, height, across * 2 ** octave, down * 2 ** octave);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (finer[i] ?? 0) / 2 ** octave;
  }
  return sum;
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t;
}
