import { TONES } from '../design.js';
import { type MotifKind } from '../motifs/draw-motif.js';
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
} from './ingredients.js';

const CREATURES: OneOf<MotifKind> = ['butterfly', 'swallow', 'crane', 'fish', 'beetle', 'shell', 'beast'];
const THINGS: OneOf<MotifKind> = [
  'cherries',
  'lemon',
  'pomegranate',
  'fan',
  'bow',
  'heart',
  'mountains',
  'pine',
  'boat',
  'feather',
  'shell',
  'cloud',
];

/** Animals or things thrown about with small fillers. */
const conversational: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 140, 340);
  const repeat = straightOrOffset(random);
  const kinds = [
    ...motifs(random, 2, random.chance(0.6) ? CREATURES : THINGS),
    motif(random, ['dots', 'blossom', 'star', 'leaf', 'heart', 'scribble']),
  ];
  const size = cell.width * random.between(0.12, 0.24);
  const turn = random.pick([0.2, 0.8, 3.1]);
  const large = strew(random, cell, repeat, {
    of: [0, 1],
    count: random.whole(3, 8),
    size: [size * 0.75, size],
    apart: random.between(0.95, 1.2),
    turn,
  });
  const small = strew(
    random,
    cell,
    repeat,
    { of: [2], count: random.whole(0, 16), size: [size * 0.14, size * 0.3], apart: 1.05, turn: 3.1 },
    large,
  );
  return { cell, repeat, motifs: kinds, layers: [{ kind: 'motifs', placements: [...small, ...large] }] };
};

/** One creature in ranks, facing one way or to and fro. */
const ranks: Recipe = (random) => {
  const group = random.pick(['p1', 'pm', 'pg', 'pmg', 'p2', 'pgg', 'p4', 'p3', 'p6', 'cm'] as const);
  const cell = cellOf(random, group, 80, 180);
  const share = group === 'p1' ? 0.4 : 0.2;
  const one = motif(random, random.chance(0.65) ? CREATURES : THINGS);
  const back = random.chance(0.4)
    ? [
        {
          ...field(
            random,
            random.pick(['stripes', 'pinDots', 'waves', 'windowpane', 'scallops', 'gingham']),
            random.whole(2, 4),
            random.whole(2, 4),
          ),
          opacity: random.between(0.25, 0.55),
        },
      ]
    : [];
  return {
    cell,
    group,
    repeat: group === 'p1' ? straightOrOffset(random) : { kind: 'block' },
    motifs: [one],
    layers: [
      ...back,
      {
        kind: 'motifs',
        placements: [
          {
            motif: 0,
            u: 0.25,
            v: 0.25,
            size: Math.min(cell.width, cell.height) * share * random.between(0.85, 1.15),
            turn: random.between(-0.7, 0.7),
          },
        ],
      },
    ],
  };
};

/** Confetti of the eighties. */
const memphis: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 170, 340);
  const repeat = straightOrOffset(random);
  const kinds = motifs(
    random,
    6,
    ['confetti', 'confetti', 'confetti', 'rings', 'dots'],
    ['flat', 'flat', 'shifted', 'outlined'],
  );
  const size = cell.width * random.between(0.05, 0.11);
  const placements = strew(random, cell, repeat, {
    of: [0, 1, 2, 3, 4, 5],
    count: random.whole(14, 34),
    size: [size * 0.5, size * 1.2],
    apart: random.between(0.95, 1.3),
    turn: 3.1,
  });
  return { cell, repeat, motifs: kinds, layers: [{ kind: 'motifs', placements }] };
};

/** Toile: scenes in one ink. */
const toile: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 150, 280);
  const repeat = straightOrOffset(random);
  const inks = [TONES.main, TONES.ground, TONES.main, TONES.main, TONES.main];
  const kinds = motifs(
    random,
    4,
    [
      'mountains',
      'pine',
      'boat',
      'mountains',
      'pine',
      'boat',
      'swallow',
      'crane',
      'spray',
      'leaf',
      'butterfly',
      'bamboo',
    ],
    ['line', 'flat', 'outlined'],
  ).map((m) => ({ ...m, tones: inks }));
  const size = cell.width * random.between(0.15, 0.2);
  const large = strew(random, cell, repeat, {
    of: [0, 1],
    count: random.whole(4, 7),
    size: [size * 0.8, size * 1.2],
    apart: 0.85,
    turn: 0.05,
  });
  const small = strew(
    random,
    cell,
    repeat,
    { of: [2, 3], count: random.whole(8, 18), size: [size * 0.3, size * 0.55], apart: 0.95, turn: 0.7 },
    large,
  );
  return {
    cell,
    repeat,
    motifs: kinds,
    layers: [{ kind: 'motifs', placements: [...large, ...small] }],
    finish: finish(random, random.pick(['clean', 'rough'])),
  };
};

/** Hearts, bows and fruit on a checked or dotted ground. */
const nursery: Recipe = (random) => {
  const side = random.whole(90, 190);
  const kinds = motifs(
    random,
    2,
    ['cherries', 'lemon', 'pomegranate', 'bow', 'heart', 'beast', 'beetle', 'daisy', 'butterfly', 'fish'],
    ['flat', 'outlined', 'haloed', 'shifted'],
  );
  const ground = {
    ...field(
      random,
      random.pick(['gingham', 'pinDots', 'stripes', 'trellis', 'checkerboard']),
      random.whole(3, 7),
      random.whole(3, 7),
    ),
    opacity: random.between(0.25, 0.7),
  };
  const placements = [
    { motif: 0, u: 0.27, v: 0.27, size: side * random.between(0.16, 0.24), turn: random.between(-0.4, 0.4) },
    { motif: 1, u: 0.77, v: 0.77, size: side * random.between(0.12, 0.24), turn: random.between(-0.4, 0.4) },
  ];
  return {
    cell: { width: side, height: side },
    motifs: kinds,
    layers: [ground, { kind: 'motifs', placements }],
  };
};

export const FIGURATIVE = { conversational, ranks, memphis, toile, nursery };
