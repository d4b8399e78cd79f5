import { TONES } from '../design.js';
import {
  cellOf,
  field,
  finish,
  motif,
  motifs,
  type Recipe,
  straightOrOffset,
  strew,
  weave,
} from './ingredients.js';

/** Batik: wax-drawn kawung, parang or flowers with cracks. */
const batik: Recipe = (random) => {
  const kind = random.pick(['kawung', 'parang', 'ceplok', 'flowers'] as const);
  const flower = motifs(
    random,
    2,
    ['openFlower', 'spray', 'swallow', 'crane', 'medallion', 'rosette', 'butterfly'],
    ['outlined', 'line', 'flat'],
  );
  if (kind === 'kawung' || kind === 'parang') {
    const width = random.whole(44, 140);
    return {
      cell: { width, height: kind === 'parang' ? Math.round(width * random.between(0.9, 1.4)) : width },
      layers: [field(random, kind, 1, 1)],
      finish: finish(random, 'batik'),
      weave: weave(random, ['plain', 'paper', 'linen']),
    };
  }
  const cell = cellOf(random, kind === 'ceplok' ? 'p4m' : 'p1', 120, 280);
  const repeat = kind === 'ceplok' ? ({ kind: 'block' } as const) : straightOrOffset(random);
  const size = cell.width * random.between(0.14, 0.3);
  const placements =
    kind === 'ceplok'
      ? [
          { motif: 0, u: 0.25, v: 0.25, size, turn: 0.785 },
          { motif: 1, u: 0, v: 0.5, size: size * 0.5, turn: 0 },
        ]
      : strew(random, cell, repeat, { of: [0, 1], count: 9, size: [size * 0.5, size], apart: 0.9, turn: 3 });
  const ground = {
    ...field(
      random,
      random.pick(['pinDots', 'dashes', 'scallops', 'iceCrack']),
      random.whole(4, 9),
      random.whole(4, 9),
    ),
    opacity: 0.6,
  };
  return {
    cell,
    repeat,
    group: kind === 'ceplok' ? 'p4m' : 'p1',
    motifs: flower,
    layers: [ground, { kind: 'motifs', placements }],
    finish: finish(random, 'batik'),
    weave: weave(random, ['plain', 'paper']),
  };
};

/** Tie-dye: rings and bands of one dye. */
const tieDye: Recipe = (random) => {
  const side = random.whole(120, 512);
  return {
    cell: { width: side, height: side },
    repeat: straightOrOffset(random),
    ground: {
      kind: random.pick(['shibori', 'shibori', 'ombre', 'wash']),
      tones: random.chance(0.5) ? [0, 1] : [0, 1, 6, 2],
      scale: random.whole(1, 4),
    },
    layers: random.chance(0.3)
      ? [
          {
            ...field(
              random,
              random.pick(['pinDots', 'dashes', 'iceCrack', 'bubbles']),
              random.whole(3, 8),
              random.whole(3, 8),
            ),
            opacity: random.between(0.3, 0.8),
          },
        ]
      : [],
    finish: finish(random, random.pick(['watercolour', 'batik', 'rough', 'ikat'])),
    weave: weave(random, ['plain', 'linen', 'satin', 'paper']),
  };
};

/** Coats of animals: leopard, zebra, cow. */
const animalSkin: Recipe = (random) => {
  const kind = random.pick(['leopard', 'leopard', 'zebra', 'cow'] as const);
  const cell = { width: random.whole(150, 400), height: random.whole(150, 400) };
  const coat = { finish: finish(random, 'flocked'), weave: weave(random, ['paper', 'satin', 'plain']) };
  if (kind === 'zebra')
    return {
      ...coat,
      cell,
      ground: { kind: 'zebra', tones: [TONES.ground, TONES.line], scale: random.whole(1, 4) },
      layers: [],
    };
  if (kind === 'cow')
    return {
      ...coat,
      cell,
      ground: { kind: 'camouflage', tones: [TONES.light, TONES.line], scale: random.whole(1, 4) },
      layers: [],
    };
  const size = random.between(12, 34);
  const kinds = motifs(random, 4, ['leopardSpot'], ['flat']).map((m) => ({
    ...m,
    tones: [TONES.main, TONES.second, TONES.accent, TONES.foliage, TONES.line],
  }));
  const placements = strew(
    random,
    cell,
    { kind: 'block' },
    { of: [0, 1, 2, 3], count: 60, size: [size * 0.6, size], apart: random.between(0.8, 0.95), turn: 3.1 },
  );
  return {
    ...coat,
    cell,
    motifs: kinds,
    ground: { kind: 'ombre', tones: [0, 6], scale: 1 },
    layers: [{ kind: 'motifs', placements }],
  };
};

/** Camouflage and marbled paper. */
const flowing: Recipe = (random) => {
  const side = random.whole(180, 512);
  const kind = random.pick(['camouflage', 'marble', 'wash', 'camouflage'] as const);
  const tones = random.shuffle([0, 1, 2, 3, 4, 6]).slice(0, random.whole(3, 5));
  const marks = motifs(random, 2, ['scribble', 'brushStroke', 'leaf', 'dots'], ['flat', 'line']);
  const size = side * random.between(0.06, 0.14);
  const placements = random.chance(0.45)
    ? strew(
        random,
        { width: side, height: side },
        { kind: 'block' },
        { of: [0, 1], count: random.whole(5, 15), size: [size * 0.6, size], apart: 1, turn: 3 },
      )
    : [];
  return {
    cell: { width: side, height: side },
    motifs: marks,
    ground: { kind, tones, scale: random.whole(1, 4) },
    layers: [{ kind: 'motifs', placements }],
  };
};

/** Broad brush bands and strokes. */
const brushed: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 180, 440);
  const repeat = straightOrOffset(random);
  const strokes = motifs(
    random,
    3,
    ['brushStroke', 'scribble', 'brushStroke', 'blob'],
    ['flat', 'flat', 'shifted'],
  );
  const size = cell.width * random.between(0.1, 0.24);
  const banded = random.chance(0.4);
  const upright = random.chance(0.4) ? 0.2 : 3.1;
  const placements = strew(random, cell, repeat, {
    of: [0, 1, 2],
    count: banded ? random.whole(0, 6) : random.whole(8, 26),
    size: [size * 0.5, size],
    apart: random.between(0.5, 0.95),
    turn: upright,
  });
  return {
    cell,
    repeat: banded ? { kind: 'block' } : repeat,
    motifs: strokes,
    layers: [...(banded ? [field(random, 'brushBands', 1, 1)] : []), { kind: 'motifs', placements }],
    finish: finish(random, random.pick(['rough', 'watercolour', 'clean'])),
  };
};

/** Pebbles, cut paper and stone chips. */
const terrazzo: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 150, 380);
  const repeat = straightOrOffset(random);
  const chips = motifs(
    random,
    5,
    ['blob', 'blob', 'nestedPolygon', 'confetti'],
    ['flat', 'flat', 'outlined', 'shifted'],
  );
  const size = cell.width * random.between(0.04, 0.17);
  const placements = strew(random, cell, repeat, {
    of: [0, 1, 2, 3, 4],
    count: random.whole(14, 50),
    size: [size * 0.35, size],
    apart: random.between(0.75, 1.1),
    turn: 3.1,
  });
  return { cell, repeat, motifs: chips, layers: [{ kind: 'motifs', placements }] };
};

/** Small marks in rows: rain, stitches, seeds. */
const markings: Recipe = (random) => {
  const cell = cellOf(random, 'p1', 90, 240);
  const one = motif(random, ['scribble', 'leaf', 'feather', 'dots']);
  const kind = random.pick(['dashes', 'dashes', 'bubbles', 'waves', 'iceCrack'] as const);
  const placements = strew(
    random,
    cell,
    { kind: 'block' },
    { of: [0], count: random.whole(0, 5), size: [cell.width * 0.06, cell.width * 0.14], apart: 1.5, turn: 3 },
  );
  return {
    cell,
    motifs: [one],
    layers: [field(random, kind, random.whole(1, 2), random.whole(1, 2)), { kind: 'motifs', placements }],
  };
};

export const DYED = { batik, tieDye, animalSkin, flowing, brushed, terrazzo, markings };
