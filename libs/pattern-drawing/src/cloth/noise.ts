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
  const column = new Int32Array(width);
  const easedX = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const at = (x / width) * across;
    column[x] = Math.floor(at);
    easedX[x] = ease(at - Math.floor(at));
  }
  const field = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const at = (y / height) * down;
    const row = Math.floor(at) * across;
    const below = ((Math.floor(at) + 1) % down) * across;
    const easedY = ease(at - Math.floor(at));
    for (let x = 0; x < width; x++) {
      const left = column[x] ?? 0;
      const right = (left + 1) % across;
      const t = easedX[x] ?? 0;
      const upper = mix(knots[row + left] ?? 0, knots[row + right] ?? 0, t);
      const lower = mix(knots[below + left] ?? 0, knots[below + right] ?? 0, t);
      field[y * width + x] = mix(upper, lower, easedY);
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
