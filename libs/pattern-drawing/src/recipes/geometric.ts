import { type Repeat } from '../symmetry/repeat.js';
import { WALLPAPER_GROUPS } from '../symmetry/wallpaper-groups.js';
import { cellOf, field, motif, motifs, type Recipe, straightOrOffset, strew } from './ingredients.js';

/** Small figures at even distances, as on ties. */
const foulard: Recipe = (random) => {
  const cell = cellOf(random, 'p4', 30, 90);
  const both = [
    motif(random, [
      'star',
      'rosette',
      'nestedPolygon',
      'rings',
      'steppedDiamond',
      'heart',
      'paisley',
      'ogee',
      'daisy',
      'medallion',
      'bow',
    ]),
    motif(random, ['dots', 'star', 'rings', 'nestedPolygon', 'blossom']),
  ];
  const size = cell.width * random.between(0.22, 0.4);
  const second = random.chance(0.65)
    ? [{ motif: 1, u: 0, v: 0, size: size * random.between(0.25, 0.6), turn: 0 }]
    : [];
  return {
    cell,
    repeat: random.pick<Repeat>([{ kind: 'block' }, { kind: 'block' }, { kind: 'drop', share: 0.5 }]),
    motifs: both,
    layers: [
      {
        kind: 'motifs',
        placements: [{ motif: 0, u: 0.5, v: 0.5, size, turn: random.pick([0, 0.39, 0.785]) }, ...second],
      },
    ],
  };
};

/** Stars and rosettes interlocking on a square or hexagonal net. */
const starLattice: Recipe = (random) => {
  const group = random.pick(['p4m', 'p6m', 'p4g', 'p6', 'p3m1', 'p31m', 'p4'] as const);
  const cell = cellOf(random, group, 80, 200);
  const size = cell.width * random.between(0.24, 0.5);
  const kinds = motifs(
    random,
    3,
    ['star', 'rosette', 'nestedPolygon', 'star', 'rings'],
    ['flat', 'flat', 'line', 'outlined'],
  );
  const placements = [
    { motif: 0, u: 0, v: 0, size, turn: 0 },
    {
      motif: 1,
      u: 0.5,
      v: group.startsWith('p4') ? 0.5 : 1 / 6,
      size: size * random.between(0.35, 0.8),
      turn: random.pick([0, Math.PI / 8, Math.PI / 6]),
    },
    { motif: 2, u: 0.5, v: 0, size: size * random.between(0.15, 0.4), turn: 0 },
  ];
  return { cell, group, motifs: kinds, layers: [{ kind: 'motifs', placements }] };
};

/** Anything at all turned and mirrored by one of the seventeen groups. */
const kaleidoscope: Recipe = (random) => {
  const group = random.pick(WALLPAPER_GROUPS);
  const cell = cellOf(random, group, 110, 280);
  const kinds = motifs(
    random,
    random.whole(2, 4),
    [
      'openFlower',
      'leaf',
      'scroll',
      'paisley',
      'star',
      'brushStroke',
      'feather',
      'damask',
      'confetti',
      'blob',
      'profileFlower',
      'quarterTile',
      'butterfly',
      'spray',
    ],
    ['flat', 'flat', 'outlined', 'line', 'silhouette'],
  );
  const orders = { p1: 1, p2: 0.85, pm: 0.85 } as const;
  const base = cell.width * (group in orders ? 0.34 : 0.22);
  const placements = kinds.flatMap((_, i) =>
    Array.from({ length: random.whole(1, 2) }, () => ({
      motif: i,
      u: random.next(),
      v: random.next(),
      size: base * random.between(0.4, 1.2),
      turn: random.between(0, 6.2),
    })),
  );
  return {
    cell,
    group,
    repeat: random.chance(0.12) ? { kind: 'mirror' } : { kind: 'block' },
    motifs: kinds,
    layers: [{ kind: 'motifs', placements: placements.sort((p, q) => q.size - p.size) }],
  };
};

/** The old lattices: fish scales, linked coins, hemp leaf, honeycomb, fret, basket. */
const classicLattice: Recipe = (random) => {
  const kind = random.pick([
    'scallops',
    'coins',
    'hempLeaf',
    'honeycomb',
    'fret',
    'basket',
    'triangles',
    'ogeeLattice',
  ] as const);
  const width = random.whole(34, 130);
  const tall = kind === 'hempLeaf' || kind === 'honeycomb' ? Math.sqrt(3) : random.between(0.8, 1.3);
  const guests = motifs(
    random,
    2,
    ['blossom', 'chrysanthemum', 'swallow', 'crane', 'cloud', 'fan', 'openFlower', 'medallion'],
    ['flat', 'outlined', 'haloed'],
  );
  const count = random.chance(0.35) ? 4 : 0;
  const cell = count > 0 ? { width: width * 4, height: width * tall * 4 } : { width, height: width * tall };
  const placements = strew(
    random,
    cell,
    { kind: 'block' },
    { of: [0, 1], count, size: [width * 0.6, width], apart: 1, turn: 0.6 },
  );
  return {
    cell,
    motifs: guests,
    layers: [field(random, kind, count > 0 ? 4 : 1, count > 0 ? 4 : 1), { kind: 'motifs', placements }],
  };
};

/** Dots: polka, pearls, rings, in rows or strewn. */
const polka: Recipe = (random) => {
  const strewn = random.chance(0.5);
  const cell = strewn ? cellOf(random, 'p1', 140, 300) : cellOf(random, 'p4', 24, 110);
  const repeat = strewn
    ? straightOrOffset(random)
    : random.pick<Repeat>([{ kind: 'block' }, { kind: 'drop', share: 0.5 }] as const);
  const kinds = motifs(random, 3, ['dots', 'dots', 'rings', 'blob'], ['flat', 'flat', 'outlined', 'shifted']);
  const size = cell.width * random.between(0.18, 0.42);
  const placements = strewn
    ? strew(random, cell, repeat, {
        of: [0, 1, 2],
        count: random.whole(8, 40),
        size: [cell.width * 0.02, cell.width * random.between(0.06, 0.16)],
        apart: random.between(1, 1.3),
        turn: 3.1,
      })
    : [
        { motif: 0, u: 0.5, v: 0.5, size, turn: 0 },
        ...(random.chance(0.4) ? [{ motif: 1, u: 0, v: 0, size: size * 0.4, turn: 0 }] : []),
      ];
  return { cell, repeat, motifs: kinds, layers: [{ kind: 'motifs', placements }] };
};

/** Painted floor tiles: quarters turned about. */
const tiles: Recipe = (random) => {
  const group = random.pick(['p4', 'p4g', 'p4m', 'pmm', 'p2', 'p1'] as const);
  const side = random.whole(60, 180);
  const one = motif(random, ['quarterTile'], ['flat']);
  const quarter = side / 4 / 0.72;
  const single = group === 'p1';
  const extra = motif(random, ['star', 'blossom', 'rings', 'rosette', 'dots'], ['flat']);
  return {
    cell: { width: side, height: side },
    group,
    motifs: [one, extra],
    layers: [
      {
        kind: 'motifs',
        placements: [
          {
            motif: 0,
            u: single ? 0.5 : 0.25,
            v: single ? 0.5 : 0.25,
            size: single ? quarter * 2 : quarter,
            turn: (Math.PI / 2) * random.whole(0, 3),
          },
          ...(random.chance(0.5)
            ? [{ motif: 1, u: 0.5, v: 0.5, size: side * random.between(0.08, 0.2), turn: 0 }]
            : []),
        ],
      },
    ],
  };
};

/** Kilim: stepped diamonds and hooks in bands. */
const kilim: Recipe = (random) => {
  const cell = { width: random.whole(80, 190), height: random.whole(100, 260) };
  const kinds = motifs(random, 3, ['steppedDiamond', 'steppedDiamond', 'nestedPolygon', 'star'], ['flat']);
  const size = Math.min(cell.width, cell.height) * random.between(0.3, 0.48);
  const placements = [
    { motif: 0, u: 0.5, v: 0.5, size, turn: 0 },
    { motif: 1, u: 0, v: 0, size: size * random.between(0.4, 0.9), turn: 0 },
    { motif: 2, u: 0, v: 0.5, size: size * 0.3, turn: 0 },
    { motif: 2, u: 0.5, v: 0, size: size * 0.3, turn: 0 },
  ];
  const band = random.chance(0.6)
    ? [
        {
          ...field(
            random,
            random.pick(['chevron', 'fret', 'triangles', 'stripes', 'checkerboard']),
            random.whole(2, 4),
            random.whole(2, 4),
          ),
          opacity: random.between(0.4, 1),
        },
      ]
    : [];
  return { cell, motifs: kinds, layers: [...band, { kind: 'motifs', placements }] };
};

/** Squares of a chessboard, each with its figure. */
const patchwork: Recipe = (random) => {
  const side = random.whole(120, 260);
  const kinds = motifs(random, 4, [
    'star',
    'openFlower',
    'heart',
    'leaf',
    'rings',
    'quarterTile',
    'bow',
    'butterfly',
    'nestedPolygon',
    'cherries',
    'lemon',
    'pomegranate',
    'beast',
  ]);
  const spots = [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ] as const;
  const placements = spots.map(([u, v], i) => ({
    motif: i,
    u,
    v,
    size: side * random.between(0.13, 0.19),
    turn: 0,
  }));
  const board = field(random, random.pick(['checkerboard', 'gingham', 'windowpane', 'triangles']), 1, 1);
  return {
    cell: { width: side, height: side },
    motifs: kinds,
    layers: [board, { kind: 'motifs', placements }],
  };
};

export const GEOMETRIC = {
  foulard,
  starLattice,
  kaleidoscope,
  classicLattice,
  polka,
  tiles,
  kilim,
  patchwork,
};
