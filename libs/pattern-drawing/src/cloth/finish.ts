import { type Random } from '../random.js';
import { layeredNoise, smoothNoise } from './noise.js';

export const FINISHES = ['clean', 'ikat', 'batik', 'rough', 'watercolour', 'flocked'] as const;

/**
 * How the print or yarn dye blurs the drawing: not at all; yarns dyed before weaving, out of step (ikat); wax with
 * cracks (batik); a worn block (rough); bleeding pigment (watercolour); fibres standing up (flocked).
 */
export interface Finish {
  readonly kind: (typeof FINISHES)[number];
  /** 0 to 1. */
  readonly strength: number;
}

/** What a finish does to every pixel of the cloth; absent means nothing. */
export interface Bleeding {
  /** Pixels by which the drawing is fetched from the right. */
  readonly shiftX?: Float32Array;
  /** Pixels by which the drawing is fetched from below. */
  readonly shiftY?: Float32Array;
  /** Factor of brightness. */
  readonly shade?: Float32Array;
  /** Share of the crack colour, 0 to 1. */
  readonly crack?: Float32Array;
}

/** No finish shifts the drawing by more design units than this. */
export const MAX_SHIFT = 16;

/** @param scale pixels a design unit */
export function bleeding(
  finish: Finish,
  random: Random,
  width: number,
  height: number,
  scale: number,
): Bleeding {
  const cells = (size: number, each: number): number => Math.max(2, Math.round(size / (each * scale)));
  const shift = (each: number, reach: number): Float32Array =>
    smoothNoise(random, width, height, cells(width, each), cells(height, each)).map(
      (value) => value * reach * finish.strength * scale,
    );
  switch (finish.kind) {
    case 'clean':
      return {};
    case 'ikat': {
      const yarns = Float32Array.from({ length: width }, () => random.between(-1, 1));
      const drift = smoothNoise(random, width, height, cells(width, 14), cells(height, 120));
      const grouped = Math.max(1, Math.round(2 * scale));
      return {
        shiftY: drift.map((value, i) => {
          const yarn = yarns[Math.floor((i % width) / grouped)] ?? 0;
          return (value * 7 + yarn * 8) * finish.strength * scale;
        }),
      };
    }
    case 'batik': {
      const veins = layeredNoise(random, width, height, cells(width, 70), cells(height, 70), 4);
      const where = smoothNoise(random, width, height, cells(width, 120), cells(height, 120));
      return {
        shiftX: shift(9, 2.2),
        shiftY: shift(9, 2.2),
        crack: veins.map((value, i) => {
          const near = 1 - Math.min(Math.abs(value) / 0.035, 1);
          return near * Math.min(Math.max(0.35 + (where[i] ?? 0), 0), 0.8) * finish.strength;
        }),
      };
    }
    case 'rough': {
      const speck = smoothNoise(random, width, height, cells(width, 3), cells(height, 3));
      return {
        shiftX: shift(6, 3),
        shiftY: shift(6, 3),
        shade: speck.map((value) => 1 + Math.max(0, value - 0.35) * 0.5 * finish.strength),
      };
    }
    case 'watercolour': {
      const pool = layeredNoise(random, width, height, cells(width, 90), cells(height, 90), 4);
      return {
        shiftX: shift(26, 7),
        shiftY: shift(26, 7),
        shade: pool.map((value) => 1 + value * 0.16 * finish.strength),
      };
    }
    case 'flocked': {
      const count = width * height;
      const fibre = (): Float32Array =>
        Float32Array.from({ length: count }, () => random.between(-1, 1) * 2.4 * finish.strength * scale);
      return { shiftX: fibre(), shiftY: fibre() };
    }
  }
}
