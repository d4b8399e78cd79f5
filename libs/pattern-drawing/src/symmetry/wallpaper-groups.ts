import { type Affine } from './affine.js';

export const WALLPAPER_GROUPS = [
  'p1',
  'p2',
  'pm',
  'pg',
  'cm',
  'pmm',
  'pmg',
  'pgg',
  'cmm',
  'p4',
  'p4m',
  'p4g',
  'p3',
  'p3m1',
  'p31m',
  'p6',
  'p6m',
] as const;

/** One of the seventeen plane groups, by its short IUCr name. */
export type WallpaperGroup = (typeof WALLPAPER_GROUPS)[number];

/** Shape of the cell a group needs: any rectangle, a square, or a rectangle of 1 : √3 holding two hexagonal cells. */
export type CellShape = 'rectangle' | 'square' | 'hexagonal';

/** Linear part and the shift in shares of the cell. */
interface Operation {
  readonly linear: readonly [number, number, number, number];
  readonly shift: readonly [number, number];
}

const IDENTITY: Operation['linear'] = [1, 0, 0, 1];
const HALF_TURN: Operation['linear'] = [-1, 0, 0, -1];
const FLIP_X: Operation['linear'] = [-1, 0, 0, 1];
const FLIP_Y: Operation['linear'] = [1, 0, 0, -1];
const DIAGONAL: Operation['linear'] = [0, 1, 1, 0];

const turn = (part: number): Operation['linear'] => {
  const angle = part * 2 * Math.PI;
  return [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle)];
};
const times = (p: Operation['linear'], q: Operation['linear']): Operation['linear'] => [
  p[0] * q[0] + p[2] * q[1],
  p[1] * q[0] + p[3] * q[1],
  p[0] * q[2] + p[2] * q[3],
  p[1] * q[2] + p[3] * q[3],
];
const fixed = (...linears: Operation['linear'][]): Operation[] =>
  linears.map((linear) => ({ linear, shift: [0, 0] }));
const moved = (linear: Operation['linear'], x: number, y: number): Operation => ({ linear, shift: [x, y] });
const turns = (order: number): Operation['linear'][] =>
  Array.from({ length: order }, (_, i) => turn(i / order));
const mirrored = (order: number, mirror: Operation['linear']): Operation['linear'][] =>
  turns(order).flatMap((t) => [t, times(t, mirror)]);
const centred = (operations: Operation[]): Operation[] =>
  operations.flatMap(({ linear, shift: [x, y] }) => [moved(linear, x, y), moved(linear, x + 0.5, y + 0.5)]);

/**
 * General positions after International Tables for Crystallography, volume A, origin as there; hexagonal and centred
 * groups are written on their rectangular double cell.
 */
const OPERATIONS: Record<WallpaperGroup, readonly Operation[]> = {
  p1: fixed(IDENTITY),
  p2: fixed(IDENTITY, HALF_TURN),
  pm: fixed(IDENTITY, FLIP_X),
  pg: [...fixed(IDENTITY), moved(FLIP_X, 0, 0.5)],
  cm: centred(fixed(IDENTITY, FLIP_X)),
  pmm: fixed(IDENTITY, HALF_TURN, FLIP_X, FLIP_Y),
  pmg: [...fixed(IDENTITY, HALF_TURN), moved(FLIP_X, 0.5, 0), moved(FLIP_Y, 0.5, 0)],
  pgg: [...fixed(IDENTITY, HALF_TURN), moved(FLIP_X, 0.5, 0.5), moved(FLIP_Y, 0.5, 0.5)],
  cmm: centred(fixed(IDENTITY, HALF_TURN, FLIP_X, FLIP_Y)),
  p4: fixed(...turns(4)),
  p4m: fixed(...mirrored(4, FLIP_X)),
  p4g: [
    ...fixed(...turns(4)),
    moved(FLIP_X, 0.5, 0.5),
    moved(FLIP_Y, 0.5, 0.5),
    moved(DIAGONAL, 0.5, 0.5),
    moved(times(HALF_TURN, DIAGONAL), 0.5, 0.5),
  ],
  p3: centred(fixed(...turns(3))),
  p3m1: centred(fixed(...mirrored(3, FLIP_X))),
  p31m: centred(fixed(...mirrored(3, FLIP_Y))),
  p6: centred(fixed(...turns(6))),
  p6m: centred(fixed(...mirrored(6, FLIP_X))),
};

/** The shape a cell must have for the group. */
export function cellShape(group: WallpaperGroup): CellShape {
  if (group.startsWith('p4')) return 'square';
  return group.startsWith('p3') || group.startsWith('p6') ? 'hexagonal' : 'rectangle';
}

/**
 * All operations of the group that are not mere translations of one another by whole cells; the first is the identity.
 * @param width of the cell, in the unit of the answer's shifts
 * @param height of the cell; the caller keeps to `cellShape`
 */
export function groupOperations(group: WallpaperGroup, width: number, height: number): Affine[] {
  return OPERATIONS[group].map(({ linear: [a, b, c, d], shift: [x, y] }) => [
    a,
    b,
    c,
    d,
    x * width,
    y * height,
  ]);
}
