import { type Repeat } from '../symmetry/repeat.js';
import { TONES } from '../design.js';
import { type MotifKind } from '../motifs/draw-motif.js';
import { type Random } from '../random.js';
import {
  cellOf,
  field,
  finish,
  motif,
  motifs,
  type OneOf,
  type Recipe,
  straightOrOffset,
  strew,
  weave,
} from './ingredients.js';

const FLOWERS: OneOf<MotifKind> = [
  'openFlower',
  'peony',
  'rose',
  'chrysanthemum',
  'profileFlower',
  'blossom',
  'daisy',
  'spray',
];
const GREENERY: OneOf<MotifKind> = ['leaf', 'leaf', 'spray', 'feather'];

/** Flowers, leaves and buds thrown all over, large and small. */
const tossedFloral: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 190, 430);
  const repeat = straightOrOffset(random);
  const big = cell.width * random.between(0.13, 0.24);
  const flowers = motifs(random, random.whole(1, 3), FLOWERS);
  const greens = [motif(random, GREENERY), motif(random, ['blossom', 'leaf', 'dots', 'spray'])];
  const heads = strew(random, cell, repeat, {
    of: indices(flowers.length),
    count: random.whole(3, 6),
    size: [big * 0.75, big * 1.1],
    apart: random.between(0.75, 1.05),
    turn: 3.1,
  });
  const fill = strew(
    random,
    cell,
    repeat,
    {
      of: [flowers.length, flowers.length + 1],
      count: random.whole(10, 26),
      size: [big * 0.25, big * 0.6],
      apart: random.between(0.72, 0.9),
      turn: 3.1,
    },
    heads,
  );
  return {
    cell,
    repeat,
    motifs: [...flowers, ...greens],
    layers: [...under(random), { kind: 'motifs', placements: [...fill, ...heads] }],
  };
};

/** Small flowers in close succession. */
const ditsyFloral: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 90, 170);
  const repeat = straightOrOffset(random);
  const kinds = motifs(
    random,
    random.whole(2, 3),
    ['blossom', 'daisy', 'openFlower', 'spray', 'leaf'],
    ['flat', 'flat', 'outlined', 'silhouette'],
  );
  const placements = strew(random, cell, repeat, {
    of: indices(kinds.length),
    count: random.whole(8, 22),
    size: [6, random.between(12, 21)],
    apart: random.between(0.95, 1.5),
    turn: 3.1,
  });
  return { cell, repeat, motifs: kinds, layers: [{ kind: 'motifs', placements }] };
};

/** One sprig, set in rows. */
const setSprig: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 60, 150);
  const group = random.pick(['p1', 'p1', 'pg', 'pm', 'p2', 'cm', 'pmg', 'pgg'] as const);
  const radius = Math.min(cell.width, cell.height);
  const main = motif(random, [
    'spray',
    'profileFlower',
    'rose',
    'leaf',
    'bamboo',
    'cherries',
    'lemon',
    'pomegranate',
    'feather',
    'openFlower',
  ]);
  const few = group === 'p1' || group === 'pg';
  const size = radius * (few ? random.between(0.3, 0.44) : random.between(0.17, 0.24));
  const placements = [
    { motif: 0, u: 0.25, v: 0.25, size, turn: random.between(-0.6, 0.6) },
    { motif: 1, u: 0.75, v: 0.72, size: size * 0.3, turn: 0 },
  ];
  return {
    cell,
    group,
    repeat: group === 'p1' ? straightOrOffset(random) : { kind: 'block' },
    motifs: [main, motif(random, ['dots', 'blossom', 'star', 'leaf'])],
    layers: [...under(random), { kind: 'motifs', placements }],
  };
};

/** Winding stems that bear flowers at their bends (chanzhi). */
const vineFloral: Recipe = (random) => {
  const cell = { width: random.whole(110, 230), height: random.whole(170, 380) };
  const size = cell.width * random.between(0.2, 0.31);
  const flowers = [motif(random, FLOWERS), motif(random, FLOWERS)];
  const vine = {
    ...field(random, 'vine', 1, 1),
    tones: [TONES.foliage, random.pick([TONES.foliage, TONES.second])],
  };
  const placements = [
    { motif: 0, u: 0.28, v: 0.25, size, turn: random.between(-0.5, 0.5) },
    { motif: random.whole(0, 1), u: 0.72, v: 0.75, size, turn: random.between(-0.5, 0.5) },
  ];
  return {
    cell,
    group: random.pick(['p1', 'p1', 'pm']),
    repeat: random.pick<Repeat>([
      { kind: 'block' },
      { kind: 'drop', share: 0.5 },
      { kind: 'drop', share: 0.25 },
    ]),
    motifs: flowers,
    layers: [vine, { kind: 'motifs', placements }],
  };
};

/** Large leaves packed tight, few flowers. */
const tropical: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 260, 440);
  const repeat = straightOrOffset(random);
  const leaves = motifs(random, 3, ['leaf', 'leaf', 'leaf', 'feather'], ['flat', 'shifted', 'outlined']).map(
    (leaf, i) => ({
      ...leaf,
      tones: [
        TONES.main,
        TONES.second,
        TONES.accent,
        [TONES.foliage, TONES.main, TONES.second][i] ?? TONES.foliage,
        TONES.line,
      ],
    }),
  );
  const flower = motif(random, ['profileFlower', 'openFlower', 'swallow', 'crane', 'peony']);
  const big = cell.width * random.between(0.2, 0.3);
  const placements = [
    ...strew(random, cell, repeat, {
      of: [0, 1, 2],
      count: random.whole(12, 20),
      size: [big * 0.6, big],
      apart: 0.42,
      turn: 3.1,
    }),
    ...strew(random, cell, repeat, {
      of: [3],
      count: random.whole(1, 4),
      size: [big * 0.4, big * 0.6],
      apart: 1.2,
      turn: 0.8,
    }),
  ];
  return { cell, repeat, motifs: [...leaves, flower], layers: [{ kind: 'motifs', placements }] };
};

/** Stripes that carry rows of flowers. */
const floralStripe: Recipe = (random) => {
  const cell = { width: random.whole(110, 220), height: random.whole(70, 150) };
  const stripe = field(random, random.pick(['stripes', 'stripes', 'waves', 'dashes']), 1, 1);
  const size = Math.min(cell.width * 0.24, cell.height * 0.4);
  const both = [motif(random, FLOWERS), motif(random, ['leaf', 'blossom', 'spray', 'dots'])];
  const placements = [
    { motif: 0, u: 0.25, v: 0.3, size, turn: random.between(-3, 3) },
    { motif: 0, u: 0.25, v: 0.8, size: size * 0.6, turn: random.between(-3, 3) },
    { motif: 1, u: 0.75, v: 0.5, size: size * random.between(0.4, 0.8), turn: random.between(-1, 1) },
    { motif: 1, u: 0.75, v: 0, size: size * 0.35, turn: 0 },
  ];
  return {
    cell,
    repeat: random.pick<Repeat>([{ kind: 'block' }, { kind: 'drop', share: 0.5 }]),
    motifs: both,
    layers: [
      { ...stripe, opacity: random.between(0.3, 1) },
      { kind: 'motifs', placements },
    ],
  };
};

/** Blossoms strewn on cracked ice. */
const iceBlossom: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 200, 340);
  const repeat = { kind: 'block' } as const;
  const blossoms = motifs(random, 2, ['blossom', 'openFlower', 'blossom'], ['flat', 'outlined']);
  const size = cell.width * random.between(0.05, 0.1);
  const placements = strew(random, cell, repeat, {
    of: [0, 1],
    count: random.whole(7, 18),
    size: [size * 0.6, size * 1.3],
    apart: random.between(1, 1.4),
    turn: 3.1,
  });
  return {
    cell,
    repeat,
    motifs: blossoms,
    layers: [field(random, 'iceCrack', 1, 1), { kind: 'motifs', placements }],
  };
};

/** Flowers bleeding into a washed ground, as painted on wet silk. */
const watercolourFloral: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 280, 500);
  const repeat = straightOrOffset(random);
  const flowers = motifs(
    random,
    3,
    ['peony', 'openFlower', 'rose', 'leaf', 'spray'],
    ['flat', 'silhouette', 'flat'],
  );
  const big = cell.width * random.between(0.12, 0.22);
  const placements = strew(random, cell, repeat, {
    of: [0, 1, 2],
    count: random.whole(7, 15),
    size: [big * 0.4, big],
    apart: random.between(0.6, 1),
    turn: 3.1,
  });
  return {
    cell,
    repeat,
    motifs: flowers,
    ground: { kind: 'wash', tones: [0, random.pick([1, 2, 6]), 0], scale: random.whole(1, 3) },
    finish: finish(random, 'watercolour'),
    weave: weave(random, ['paper', 'satin', 'plain']),
    layers: [{ kind: 'motifs', placements }],
  };
};

/** Sometimes a quiet field under the flowers. */
function under(random: Random): ReturnType<typeof field>[] {
  if (random.chance(0.72)) return [];
  const kind = random.pick(['pinDots', 'dashes', 'windowpane', 'trellis', 'stripes', 'bubbles'] as const);
  const count = random.whole(3, 9);
  return [{ ...field(random, kind, count, count), opacity: random.between(0.25, 0.5) }];
}

function indices(count: number): OneOf<number> {
  return [0, ...Array.from({ length: count - 1 }, (_, i) => i + 1)];
}

export const FLORAL = {
  tossedFloral,
  ditsyFloral,
  setSprig,
  vineFloral,
  tropical,
  floralStripe,
  iceBlossom,
  watercolourFloral,
};
