import { type Repeat } from '../symmetry/repeat.js';
import { TONES } from '../design.js';
import { cellOf, field, motif, motifs, type Recipe, straightOrOffset, strew, weave } from './ingredients.js';

/** Damask: mirrored medallions in few tones with a sheen. */
const damask: Recipe = (random) => {
  const group = random.pick(['cm', 'cmm', 'pm', 'pmm', 'cm'] as const);
  const cell = { width: random.whole(120, 240), height: random.whole(170, 340) };
  const [one, two] = motifs(
    random,
    2,
    ['damask', 'scroll', 'damask', 'profileFlower', 'ogee'],
    ['silhouette', 'flat', 'flat', 'line'],
  );
  const size = cell.width * random.between(0.3, 0.48);
  const few = random.chance(0.6);
  const tones = few ? [TONES.main, TONES.second, TONES.second, TONES.main, TONES.second] : one?.tones;
  const placements = [
    { motif: 0, u: 0, v: 0.3, size, turn: 0 },
    { motif: 1, u: 0.25, v: 0.5, size: size * 0.45, turn: random.pick([0, 0.6, 1.57, 3.14]) },
    { motif: 1, u: 0.15, v: 0, size: size * 0.3, turn: random.between(-3, 3) },
  ];
  return {
    cell,
    group,
    motifs: [one, two].flatMap((m) => (m && tones ? [{ ...m, tones }] : [])),
    layers: [{ kind: 'motifs', placements }],
    weave: weave(random, ['satin', 'satin', 'twill', 'herringbone']),
  };
};

/** Paisleys of two sizes with small flowers between. */
const paisleys: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 150, 340);
  const repeat = straightOrOffset(random);
  const kinds = [
    ...motifs(random, 2, ['paisley'], ['flat', 'flat', 'outlined', 'haloed']),
    ...motifs(random, 2, ['blossom', 'dots', 'leaf', 'spray', 'star'], ['flat']),
  ];
  const big = cell.width * random.between(0.18, 0.3);
  const free = random.chance(0.6) ? 3.1 : 0.5;
  const large = strew(random, cell, repeat, {
    of: [0, 1],
    count: random.whole(2, 6),
    size: [big * 0.7, big],
    apart: random.between(0.85, 1),
    turn: free,
  });
  const small = strew(
    random,
    cell,
    repeat,
    { of: [2, 3], count: random.whole(6, 24), size: [big * 0.12, big * 0.32], apart: 0.9, turn: 3.1 },
    large,
  );
  return {
    cell,
    repeat,
    group: 'p1',
    motifs: kinds,
    layers: [{ kind: 'motifs', placements: [...small, ...large] }],
  };
};

/** Ogee net with a flower in every mesh. */
const ogeeFloral: Recipe = (random) => {
  const cell = { width: random.whole(90, 210), height: random.whole(130, 300) };
  const size = Math.min(cell.width * 0.3, cell.height * 0.24) * random.between(0.6, 1);
  const one = motif(random, ['damask', 'profileFlower', 'peony', 'ogee', 'paisley', 'medallion', 'spray']);
  const placements = [
    { motif: 0, u: 0.5, v: 0.25, size, turn: 0 },
    { motif: 0, u: 0, v: 0.75, size, turn: 0 },
  ];
  return {
    cell,
    motifs: [one],
    layers: [field(random, 'ogeeLattice', 1, 1), { kind: 'motifs', placements }],
  };
};

/** Trellis with a motif in every field. */
const trellisFloral: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 60, 170);
  const size = Math.min(cell.width, cell.height) * random.between(0.16, 0.26);
  const both = [
    motif(random, ['openFlower', 'blossom', 'rose', 'star', 'heart', 'rosette', 'leaf', 'butterfly']),
    motif(random, ['dots', 'blossom', 'rings', 'star']),
  ];
  const placements = [
    { motif: 0, u: 0.5, v: 0, size, turn: 0 },
    { motif: random.whole(0, 1), u: 0, v: 0.5, size: size * random.between(0.5, 1), turn: 0 },
  ];
  return { cell, motifs: both, layers: [field(random, 'trellis', 1, 1), { kind: 'motifs', placements }] };
};

/** Round medallions (tuanhua) in rows, small ones between. */
const medallions: Recipe = (random) => {
  const cell = cellOf(random, 'p4', 110, 250);
  const repeat = random.pick<Repeat>([
    { kind: 'block' },
    { kind: 'drop', share: 0.5 },
    { kind: 'brick', share: 0.5 },
  ]);
  const size = cell.width * random.between(0.3, 0.45);
  const both = [
    motif(random, ['medallion', 'medallion', 'rosette', 'chrysanthemum', 'peony']),
    motif(random, ['blossom', 'cloud', 'dots', 'butterfly', 'star']),
  ];
  const placements = [
    { motif: 0, u: 0.5, v: 0.5, size, turn: 0 },
    { motif: 1, u: 0, v: repeat.kind === 'block' ? 0 : 0.25, size: size * 0.34, turn: 0 },
  ];
  const ground = random.chance(0.45)
    ? [
        {
          ...field(
            random,
            random.pick(['fret', 'coins', 'pinDots', 'hempLeaf']),
            random.whole(4, 8),
            random.whole(4, 8),
          ),
          opacity: random.between(0.25, 0.5),
        },
      ]
    : [];
  return {
    cell,
    repeat,
    motifs: both,
    layers: [...ground, { kind: 'motifs', placements }],
    weave: weave(random, ['satin', 'satin', 'twill', 'paper']),
  };
};

/** Clouds, with cranes, bats or blossoms among them. */
const clouds: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 170, 360);
  const repeat = straightOrOffset(random);
  const kinds = [
    ...motifs(random, 2, ['cloud'], ['flat', 'outlined', 'line']),
    motif(random, ['swallow', 'crane', 'swallow', 'crane', 'fan', 'blossom', 'butterfly', 'fish']),
  ];
  const size = cell.width * random.between(0.11, 0.19);
  const guests = strew(random, cell, repeat, {
    of: [2],
    count: random.whole(0, 4),
    size: [size, size * 1.3],
    apart: 1.1,
    turn: 0.5,
  });
  const drift = strew(
    random,
    cell,
    repeat,
    {
      of: [0, 1],
      count: random.whole(6, 14),
      size: [size * 0.6, size * 1.1],
      apart: random.between(0.7, 1),
      turn: 0.25,
    },
    guests,
  );
  const ground = random.chance(0.3)
    ? [
        {
          ...field(
            random,
            random.pick(['scallops', 'waves', 'fret']),
            random.whole(5, 9),
            random.whole(4, 8),
          ),
          opacity: 0.35,
        },
      ]
    : [];
  return {
    cell,
    repeat,
    motifs: kinds,
    layers: [...ground, { kind: 'motifs', placements: [...drift, ...guests] }],
    weave: weave(random, ['satin', 'paper', 'twill']),
  };
};

/** Scrollwork: tendrils turning about one another. */
const scrollwork: Recipe = (random) => {
  const group = random.pick(['p2', 'pg', 'cm', 'pgg', 'p4', 'p4g', 'pmg', 'p3'] as const);
  const cell = cellOf(random, group, 110, 230);
  const size = cell.width * random.between(0.22, 0.34);
  const both = [
    motif(random, ['scroll', 'scroll', 'paisley', 'cloud']),
    motif(random, ['blossom', 'leaf', 'profileFlower', 'dots']),
  ];
  const placements = [
    {
      motif: 0,
      u: random.between(0.18, 0.32),
      v: random.between(0.18, 0.32),
      size,
      turn: random.between(0, 6.2),
    },
    {
      motif: 1,
      u: random.between(0.3, 0.5),
      v: random.between(0.05, 0.2),
      size: size * random.between(0.3, 0.5),
      turn: random.between(0, 6.2),
    },
  ];
  return { cell, group, motifs: both, layers: [{ kind: 'motifs', placements }] };
};

export const ORNAMENTAL = { damask, paisleys, ogeeFloral, trellisFloral, medallions, clouds, scrollwork };
