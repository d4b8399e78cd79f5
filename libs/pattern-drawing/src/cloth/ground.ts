import { type Random } from '../random.js';
import { layeredNoise, smoothNoise } from './noise.js';

/**
 * What lies under the drawing, in palette tones: one colour; yarns of two colours mixed; a wash of pigment; veins as of
 * marbled paper; zebra stripes; camouflage; bands fading into one another; tied-and-dyed rings.
 */
export type Ground =
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'melange' | 'wash' | 'marble' | 'zebra' | 'camouflage' | 'ombre' | 'shibori';
      /** Palette indices, two or more. */
      readonly tones: readonly number[];
      /** Periods over the cell, 1 to 8. */
      readonly scale: number;
    };

type Rgb = readonly [number, number, number];

/**
 * The ground of one cell, three bytes a pixel, without a seam at its edges.
 * @param palette red, green and blue from 0 to 255 by palette index
 */
export function drawGround(
  ground: Ground,
  palette: readonly Rgb[],
  random: Random,
  width: number,
  height: number,
): Uint8Array {
  const at = (index: number): Rgb => palette[index] ?? [255, 255, 255];
  const pixels = new Uint8Array(width * height * 3);
  if (ground.kind === 'plain') {
    const [red, green, blue] = at(0);
    for (let i = 0; i < pixels.length; i += 3) pixels.set([red, green, blue], i);
    return pixels;
  }
  const tones = ground.tones.map(at);
  const level = LEVELS[ground.kind](random, width, height, ground.scale);
  for (let i = 0; i < level.length; i++) {
    // level counts tones: 1.25 is a quarter of the way from the second tone to the third
    const value = Math.min(Math.max(level[i] ?? 0, 0), 0.9999) * (tones.length - 1);
    const lower = tones[Math.floor(value)] ?? at(0);
    const upper = tones[Math.floor(value) + 1] ?? lower;
    const t = HARD.has(ground.kind) ? step(value - Math.floor(value)) : value - Math.floor(value);
    for (let channel = 0; channel < 3; channel++) {
      const from = lower[channel] ?? 0;
      pixels[i * 3 + channel] = Math.round(from + ((upper[channel] ?? 0) - from) * t);
    }
  }
  return pixels;
}

const HARD: ReadonlySet<Ground['kind']> = new Set(['zebra', 'camouflage']);

/** A steep slope in place of a jump: edges stay smooth. */
function step(t: number): number {
  return Math.min(Math.max((t - 0.5) * 9 + 0.5, 0), 1);
}

type Level = (random: Random, width: number, height: number, scale: number) => Float32Array;

/** Each in about [0, 1]: from the first tone to the last. */
const LEVELS: Record<Exclude<Ground['kind'], 'plain'>, Level> = {
  melange: (random, width, height, scale) => {
    const yarn = smoothNoise(
      random,
      width,
      height,
      Math.max(2, Math.round(width / (2 + scale))),
      Math.max(2, Math.round(height / 40)),
    );
    const cross = smoothNoise(
      random,
      width,
      height,
      Math.max(2, Math.round(width / 50)),
      Math.max(2, Math.round(height / (2 + scale))),
    );
    return yarn.map((value, i) => 0.4 + 0.3 * value + 0.3 * (cross[i] ?? 0));
  },
  wash: (random, width, height, scale) =>
    layeredNoise(random, width, height, scale + 1, scale + 1, 4).map((value) => 0.5 + 0.42 * value),
  marble: (random, width, height, scale) => {
    const warp = layeredNoise(random, width, height, scale + 1, scale + 1, 4);
    return warp.map((value, i) => {
      const x = (i % width) / width;
      return Math.abs(Math.sin((x * scale + value * 1.3) * Math.PI)) ** 0.7;
    });
  },
  zebra: (random, width, height, scale) => {
    const warp = layeredNoise(random, width, height, scale + 1, scale + 1, 2);
    return warp.map((value, i) => {
      const y = Math.floor(i / width) / height;
      return 0.5 + 0.5 * Math.sin((y * scale * 3 + value * 1.1) * 2 * Math.PI);
    });
  },
  camouflage: (random, width, height, scale) =>
    layeredNoise(random, width, height, scale + 2, scale + 2, 3).map((value) => 0.5 + 0.62 * value),
  ombre: (random, width, height, scale) => {
    const waver = smoothNoise(random, width, height, 3, 3);
    return waver.map((value, i) => {
      const y = Math.floor(i / width) / height;
      return 0.5 - 0.5 * Math.cos((y * scale + value * 0.03) * 2 * Math.PI);
    });
  },
  shibori: (random, width, height, scale) => {
    const waver = layeredNoise(random, width, height, scale * 3, scale * 3, 3);
    const rings = random.between(1.2, 3);
    return waver.map((value, i) => {
      const x = (((i % width) / width) * scale) % 1;
      const y = ((Math.floor(i / width) / height) * scale) % 1;
      const radius = Math.hypot(x - 0.5, y - 0.5) * 2 + value * 0.09;
      return radius > 1.02 ? 0 : 0.5 + 0.5 * Math.cos(radius * rings * 2 * Math.PI);
    });
  },
};
