import { type Finish } from '../cloth/finish.js';
import { type Weave } from '../cloth/weave.js';
import { choosePalette } from '../colour/palette.js';
import { type FieldLayer, type PatternDesign, type Placement, TONES } from '../design.js';
import { type FieldKind } from '../fields/draw-field.js';
import { type Motif, type MotifKind } from '../motifs/draw-motif.js';
import { type MotifStyle } from '../motifs/style.js';
import { type Point } from '../geometry/path.js';
import { type Random } from '../random.js';
import { type Repeat } from '../symmetry/repeat.js';
import { cellShape, type WallpaperGroup } from '../symmetry/wallpaper-groups.js';

export type OneOf<T> = readonly [T, ...T[]];

/** A recipe gives all but what every design has alike. */
export type Recipe = (random: Random) => Partial<PatternDesign> & Pick<PatternDesign, 'layers' | 'cell'>;

const PRINTED_WEAVES: OneOf<Weave['kind']> = [
  'paper',
  'paper',
  'plain',
  'plain',
  'twill',
  'satin',
  'linen',
  'rib',
];

/** The whole design of a recipe: what it leaves open is chosen from the seed. */
export function completeDesign(name: string, recipe: Recipe, random: Random): PatternDesign {
  const special = recipe(random);
  return {
    recipe: name,
    palette: choosePalette(random),
    group: 'p1',
    repeat: { kind: 'block' },
    ground: { kind: 'plain' },
    motifs: [],
    finish: { kind: random.chance(0.15) ? 'rough' : 'clean', strength: random.between(0.2, 0.7) },
    weave: weave(random, PRINTED_WEAVES),
    grain: random.seed(),
    ...special,
  };
}

export function weave(random: Random, kinds: OneOf<Weave['kind']>): Weave {
  return {
    kind: random.pick(kinds),
    pitch: random.between(2, 4.5),
    depth: random.between(0.06, 0.2),
    light: random.between(0.02, 0.1),
  };
}

export function finish(random: Random, kind: Finish['kind']): Finish {
  return { kind, strength: random.between(0.4, 1) };
}

export function straightOrOffset(random: Random): Repeat {
  return random.pick<Repeat>([
    { kind: 'block' },
    { kind: 'drop', share: 0.5 },
    { kind: 'drop', share: 0.5 },
    { kind: 'brick', share: 0.5 },
    { kind: 'drop', share: 1 / 3 },
    { kind: 'brick', share: 0.25 },
  ]);
}

/** A motif of one of the kinds; its tones are dealt from the palette's. */
export function motif(random: Random, kinds: OneOf<MotifKind>, styles?: OneOf<MotifStyle>): Motif {
  const inks = random.shuffle<number>([TONES.main, TONES.second, TONES.accent, TONES.light]);
  return {
    kind: random.pick(kinds),
    shape: random.seed(),
    style: random.pick(
      styles ?? ['flat', 'flat', 'flat', 'outlined', 'line', 'shifted', 'haloed', 'silhouette'],
    ),
    tones: [...inks.slice(0, 3), TONES.foliage, TONES.line],
  };
}

export function motifs(
  random: Random,
  count: number,
  kinds: OneOf<MotifKind>,
  styles?: OneOf<MotifStyle>,
): Motif[] {
  const first = motif(random, kinds, styles);
  return [
    first,
    ...Array.from({ length: count - 1 }, () => ({ ...motif(random, kinds), style: first.style })),
  ];
}

/** A cell of the group's shape, about `from` to `to` design units wide. */
export function cellOf(
  random: Random,
  group: WallpaperGroup,
  from: number,
  to: number,
): PatternDesign['cell'] {
  const width = Math.round(random.between(from, to));
  switch (cellShape(group)) {
    case 'square':
      return { width, height: width };
    case 'hexagonal':
      return { width, height: width * Math.sqrt(3) };
    case 'rectangle':
      return { width, height: Math.round(width * random.between(0.7, 1.4)) };
  }
}

export function field(random: Random, kind: FieldKind, across: number, down: number): FieldLayer {
  return {
    kind: 'field',
    field: kind,
    shape: random.seed(),
    across,
    down,
    tones: [TONES.main, ...random.shuffle<number>([TONES.second, TONES.accent, TONES.light, TONES.foliage])],
    opacity: 1,
  };
}

/** How motifs are strewn. */
export interface Strewing {
  /** Indices into the design's motifs. */
  readonly of: OneOf<number>;
  readonly count: number;
  /** Smallest and largest radius, design units. */
  readonly size: readonly [number, number];
  /** Distance kept, in sums of radii: 1 just touches, less overlaps. */
  readonly apart: number;
  /** Largest turn from upright, radians. */
  readonly turn: number;
}

/** Strews motifs over the cell, large ones first, clear of one another also over the cell's edges. */
export function strew(
  random: Random,
  cell: PatternDesign['cell'],
  repeat: Repeat,
  how: Strewing,
  around: readonly Placement[] = [],
): Placement[] {
  const placed: Placement[] = [];
  const neighbours = neighbourCells(cell, repeat);
  const sizes = Array.from({ length: how.count }, () => random.between(...how.size)).sort((p, q) => q - p);
  for (const size of sizes)
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const offer: Placement = {
        motif: random.pick(how.of),
        u: random.next(),
        v: random.next(),
        size,
        turn: random.between(-how.turn, how.turn),
      };
      const free = (others: readonly Placement[]): boolean =>
        others.every((other) => isClear(offer, other, cell, neighbours, (size + other.size) * how.apart));
      if (!free(placed) || !free(around)) continue;
      placed.push(offer);
      break;
    }
  return placed;
}

const ATTEMPTS = 30;

/** Where the cells around begin, the cell itself among them. */
function neighbourCells(cell: PatternDesign['cell'], repeat: Repeat): Point[] {
  const drop = repeat.kind === 'drop' ? repeat.share : 0;
  const shift = repeat.kind === 'brick' ? repeat.share : 0;
  const steps = [-2, -1, 0, 1, 2];
  return steps.flatMap((row) =>
    steps.map((column): Point => [(column + row * shift) * cell.width, (row + column * drop) * cell.height]),
  );
}

/** Whether no copy of `other` comes nearer than `least`. */
function isClear(
  one: Placement,
  other: Placement,
  cell: PatternDesign['cell'],
  neighbours: readonly Point[],
  least: number,
): boolean {
  const dx = (other.u - one.u) * cell.width;
  const dy = (other.v - one.v) * cell.height;
  for (const [x, y] of neighbours) if ((dx + x) ** 2 + (dy + y) ** 2 < least * least) return false;
  return true;
}
