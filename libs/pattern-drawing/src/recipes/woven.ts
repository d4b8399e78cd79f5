import { type Repeat } from '../symmetry/repeat.js';
import { field, finish, type Recipe, weave } from './ingredients.js';

/** Tartan and plaid. */
const plaid: Recipe = (random) => {
  const side = random.whole(70, 330);
  const cell = {
    width: side,
    height: random.chance(0.7) ? side : Math.round(side * random.between(0.6, 1.5)),
  };
  const second = random.chance(0.35)
    ? [
        {
          ...field(random, 'windowpane', random.whole(1, 2), random.whole(1, 2)),
          opacity: random.between(0.4, 1),
        },
      ]
    : [];
  return {
    cell,
    layers: [field(random, 'tartan', 1, 1), ...second],
    weave: {
      ...weave(random, ['twill', 'twill', 'plain', 'herringbone']),
      depth: random.between(0.12, 0.25),
    },
  };
};

/** Gingham, chessboard, houndstooth, argyle and window checks. */
const check: Recipe = (random) => {
  const kind = random.pick([
    'gingham',
    'gingham',
    'checkerboard',
    'houndstooth',
    'argyle',
    'windowpane',
  ] as const);
  const side = random.whole(kind === 'argyle' ? 50 : 18, kind === 'argyle' ? 150 : 110);
  const over = random.chance(0.3)
    ? [
        {
          ...field(random, random.pick(['windowpane', 'trellis', 'pinDots']), 1, 1),
          opacity: random.between(0.4, 0.9),
        },
      ]
    : [];
  return {
    cell: { width: side, height: kind === 'argyle' ? Math.round(side * random.between(1, 1.8)) : side },
    layers: [field(random, kind, 1, 1), ...over],
    weave: {
      ...weave(random, ['twill', 'plain', 'basket', 'herringbone', 'linen']),
      depth: random.between(0.1, 0.24),
    },
  };
};

/** Stripes, upright, across or slanting. */
const stripe: Recipe = (random) => {
  const across = random.chance(0.3);
  const cell = { width: random.whole(40, 260), height: random.whole(40, 260) };
  const kind = across ? 'waves' : random.pick(['stripes', 'stripes', 'stripes', 'diagonals'] as const);
  const second = random.chance(0.3)
    ? [
        {
          ...field(
            random,
            random.pick(['stripes', 'pinDots', 'dashes', 'chevron']),
            random.whole(1, 3),
            random.whole(1, 3),
          ),
          opacity: random.between(0.3, 0.9),
        },
      ]
    : [];
  return {
    cell,
    layers: [field(random, kind, 1, 1), ...second],
    weave: weave(random, ['rib', 'twill', 'plain', 'satin', 'linen']),
  };
};

/** Zigzags. */
const chevron: Recipe = (random) => {
  const cell = { width: random.whole(30, 160), height: random.whole(30, 200) };
  return {
    cell,
    layers: [field(random, 'chevron', 1, 1)],
    finish: finish(random, random.pick(['clean', 'clean', 'ikat', 'rough'])),
    weave: weave(random, ['twill', 'plain', 'basket', 'paper', 'rib']),
  };
};

/** Ikat: lozenges, hooks and bands with yarns out of step. */
const ikat: Recipe = (random) => {
  const cell = { width: random.whole(70, 240), height: random.whole(110, 340) };
  const kind = random.pick([
    'ikatLozenges',
    'ikatLozenges',
    'ikatLozenges',
    'chevron',
    'ogeeLattice',
    'argyle',
  ] as const);
  const bands = random.chance(0.4)
    ? [{ ...field(random, 'stripes', 1, 1), opacity: random.between(0.4, 0.8) }]
    : [];
  return {
    cell,
    repeat: random.pick<Repeat>([{ kind: 'block' }, { kind: 'drop', share: 0.5 }]),
    layers: [...bands, field(random, kind, 1, 1)],
    finish: finish(random, 'ikat'),
    weave: weave(random, ['rib', 'plain', 'linen']),
  };
};

/** Plain-looking cloth of mixed yarns with a small woven figure. */
const dobby: Recipe = (random) => {
  const side = random.whole(16, 44);
  const kind = random.pick([
    'pinDots',
    'honeycomb',
    'basket',
    'trellis',
    'checkerboard',
    'chevron',
    'triangles',
    'fret',
  ] as const);
  return {
    cell: { width: side * 4, height: side * 4 },
    ground: { kind: 'melange', tones: [0, random.pick([1, 2, 6])], scale: random.whole(1, 3) },
    layers: [{ ...field(random, kind, 4, 4), opacity: random.between(0.5, 1) }],
    weave: {
      ...weave(random, ['basket', 'herringbone', 'twill', 'linen']),
      depth: random.between(0.16, 0.28),
    },
  };
};

export const WOVEN = { plaid, check, stripe, chevron, ikat, dobby };
