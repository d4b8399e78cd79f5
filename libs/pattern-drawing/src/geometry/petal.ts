import { place, type Point, smooth } from './path.js';

export const PETAL_SHAPES = ['oval', 'pointed', 'notched', 'spoon', 'frilled', 'slender', 'heart'] as const;

export type PetalShape = (typeof PETAL_SHAPES)[number];

/** Right half of each outline from base to tip: across (1 is half the width) and along (1 is the length). */
const HALVES: Record<PetalShape, readonly [Point, Point, ...Point[]]> = {
  oval: [
    [0.12, 0],
    [0.72, 0.22],
    [1, 0.55],
    [0.72, 0.88],
    [0, 1],
  ],
  pointed: [
    [0.1, 0],
    [0.8, 0.28],
    [0.92, 0.5],
    [0.4, 0.82],
    [0.02, 1],
  ],
  notched: [
    [0.1, 0],
    [0.7, 0.3],
    [1, 0.68],
    [0.78, 0.95],
    [0.36, 1],
    [0, 0.87],
  ],
  spoon: [
    [0.14, 0],
    [0.24, 0.4],
    [0.8, 0.64],
    [0.94, 0.82],
    [0.5, 0.98],
    [0, 1],
  ],
  frilled: [
    [0.14, 0],
    [0.62, 0.3],
    [1, 0.6],
    [0.8, 0.76],
    [0.86, 0.92],
    [0.5, 0.88],
    [0.32, 1],
    [0, 0.92],
  ],
  slender: [
    [0.3, 0],
    [0.7, 0.3],
    [1, 0.75],
    [0.7, 0.95],
    [0, 1],
  ],
  heart: [
    [0.06, 0],
    [0.55, 0.35],
    [1, 0.72],
    [0.82, 0.96],
    [0.4, 1],
    [0, 0.78],
  ],
};

/** Where a petal or leaf stands. */
export interface PetalStand {
  /** Radians, clockwise from straight up. */
  readonly angle: number;
  readonly length: number;
  readonly width: number;
  /** Where its base is. */
  readonly base?: Point;
}

/** Outline of one petal or leaf. */
export function petal(shape: PetalShape, stand: PetalStand): string {
  const half = HALVES[shape];
  const right = half.map(([x, y]): Point => [(x * stand.width) / 2, -y * stand.length]);
  const left = right
    .filter(([x]) => x !== 0)
    .map(([x, y]): Point => [-x, y])
    .reverse();
  return smooth(place([...right, ...left], stand.angle, stand.base));
}
