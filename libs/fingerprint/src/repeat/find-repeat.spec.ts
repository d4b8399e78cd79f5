import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';
import { composeDesign, drawPattern, seededRandom } from '#libs/pattern-drawing';
import { CELL_SIDE, FRAME, type RepeatUnit } from '#libs/registry';
import { findRepeat } from './find-repeat.js';
import { cross, type Lattice, length, reduceLattice, type Vector } from './lattice.js';

const lattices: Record<string, Lattice> = {
  square: { a: [64, 0], b: [0, 64] },
  'square, turned': { a: [51.2, 38.4], b: [-38.4, 51.2] },
  rectangular: { a: [40, 0], b: [0, 75] },
  hexagonal: { a: [70, 0], b: [35, 60.62] },
  oblique: { a: [62.3, 11.7], b: [20.4, 81.6] },
  'half-drop': { a: [60, 45], b: [0, 90] },
  small: { a: [17, 3], b: [-2, 19] },
  wide: { a: [190, 10], b: [-20, 170] },
};

/** Blots of the same places, sizes and shades in every cell. */
function blots({ a, b }: Lattice, seed: number, width = FRAME, height = FRAME): Float32Array {
  const next = seededRandom(seed);
  const size = Math.sqrt(Math.abs(cross(a, b)));
  const levels = new Float32Array(width * height).fill(30);
  const far = Math.ceil((2 * (width + height)) / size);
  for (let blot = 0; blot < 5; blot++) {
    const [u, v, radius, shade] = [
      next.next(),
      next.next(),
      size * next.between(0.07, 0.17),
      next.between(60, 210),
    ];
    for (let i = -far; i <= far; i++)
      for (let j = -far; j <= far; j++)
        fillDisc(
          levels,
          width,
          [(i + u) * a[0] + (j + v) * b[0], (i + u) * a[1] + (j + v) * b[1]],
          radius,
          shade,
        );
  }
  return levels;
}

/** A disc with an edge one pixel soft. */
function fillDisc(levels: Float32Array, width: number, [x, y]: Vector, radius: number, shade: number): void {
  const height = levels.length / width;
  const reach = radius + 1;
  if (x < -reach || y < -reach || x > width + reach || y > height + reach) return;
  for (let row = Math.max(0, Math.floor(y - reach)); row < Math.min(height, y + reach); row++)
    for (let column = Math.max(0, Math.floor(x - reach)); column < Math.min(width, x + reach); column++) {
      const i = row * width + column;
      const share = Math.min(1, Math.max(0, radius + 0.5 - length([column - x, row - y])));
      levels[i] = (levels[i] ?? 0) * (1 - share) + shade * share;
    }
}

function draw(level: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: FRAME * FRAME }, (_, i) => level(i % FRAME, Math.floor(i / FRAME)));
}

function fraction(value: number): number {
  return value - Math.floor(value);
}

/** Pixels from a vector to the lattice's nearest point. */
function offLattice({ a, b }: Lattice, vector: Vector): number {
  const area = cross(a, b);
  const i = Math.round(cross(vector, b) / area);
  const j = Math.round(cross(a, vector) / area);
  return length([vector[0] - i * a[0] - j * b[0], vector[1] - i * a[1] - j * b[1]]);
}

function expectLattice(unit: RepeatUnit | null, lattice: Lattice): void {
  expect(unit).not.toBeNull();
  if (unit === null) return;
  expect(offLattice(lattice, unit.a)).toBeLessThan(0.7);
  expect(offLattice(lattice, unit.b)).toBeLessThan(0.7);
  const share = cross(unit.a, unit.b) / Math.abs(cross(lattice.a, lattice.b));
  expect(share).toBeGreaterThan(0.97);
  expect(share).toBeLessThan(1.03);
}

async function greyOf(picture: Buffer): Promise<Uint8Array> {
  return sharp(picture).resize(FRAME, FRAME, { fit: 'fill' }).greyscale().raw().toBuffer();
}

/** Correlation of two cells as they lie. */
function alike(one: Uint8Array, other: Uint8Array): number {
  const mean = (cell: Uint8Array) => cell.reduce((sum, value) => sum + value, 0) / cell.length;
  const [p, q] = [mean(one), mean(other)];
  let [product, ones, others] = [0, 0, 0];
  one.forEach((value, i) => {
    product += (value - p) * ((other[i] ?? 0) - q);
    ones += (value - p) ** 2;
    others += ((other[i] ?? 0) - q) ** 2;
  });
  return product / Math.sqrt(ones * others);
}

describe('the repeat of a drawn lattice', () => {
  it.each(Object.entries(lattices))('is found: %s', (_, lattice) => {
    for (const seed of [1, 2, 3]) {
      const unit = findRepeat(blots(lattice, seed), FRAME, FRAME);
      expectLattice(unit, lattice);
      expect(unit?.strength).toBeGreaterThan(0.4);
      expect(unit?.strength).toBeLessThanOrEqual(1);
      expect(unit?.cell).toHaveLength(CELL_SIDE * CELL_SIDE);
    }
  });

  it('is found in upright and in lying pictures', () => {
    const lattice: Lattice = { a: [48, 0], b: [13, 52] };
    expectLattice(findRepeat(blots(lattice, 4, 256, FRAME), 256, FRAME), lattice);
    expectLattice(findRepeat(blots(lattice, 4, FRAME, 211), FRAME, 211), lattice);
  });

  it('is given by the two shortest vectors, whatever the lattice', () => {
    const vector = fc.tuple(fc.integer({ min: -60, max: 60 }), fc.integer({ min: -60, max: 60 }));
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        fc.pre(cross(a, b) !== 0);
        const reduced = reduceLattice({ a, b });
        expect(cross(reduced.a, reduced.b)).toBe(Math.abs(cross(a, b)));
        for (let i = -3; i <= 3; i++)
          for (let j = -3; j <= 3; j++) {
            const reach = length([i * a[0] + j * b[0], i * a[1] + j * b[1]]) + 1e-9;
            if (i !== 0 || j !== 0) expect(reach).toBeGreaterThanOrEqual(length(reduced.a));
          }
        expect(length(reduced.b)).toBeGreaterThanOrEqual(length(reduced.a));
      }),
    );
  });

  it('keeps its cell through inversion, noise, uneven light and a covered corner', () => {
    const lattice: Lattice = { a: [62.3, 11.7], b: [20.4, 81.6] };
    const picture = blots(lattice, 5);
    const original = findRepeat(picture, FRAME, FRAME);
    const random = seededRandom(9);
    const changes: Record<string, (level: number, x: number, y: number) => number> = {
      inverted: (level) => 255 - level,
      noisy: (level) => level + random.between(-30, 30),
      lit: (level, x) => level * (0.4 + (0.6 * x) / FRAME),
      covered: (level, x, y) => (x < 130 && y < 150 ? 200 : level),
    };
    for (const change of Object.values(changes)) {
      const changed = picture.map((level, i) => change(level, i % FRAME, Math.floor(i / FRAME)));
      const unit = findRepeat(changed, FRAME, FRAME);
      expectLattice(unit, lattice);
      expect(alike(unit?.cell ?? new Uint8Array(1), original?.cell ?? new Uint8Array(1))).toBeGreaterThan(
        0.8,
      );
    }
  });

  it('is the same to the bit, time after time, from bytes as from floats', () => {
    const picture = blots({ a: [50, 0], b: [25, 60] }, 6).map(Math.round);
    const unit = findRepeat(picture, FRAME, FRAME);
    expect(unit).not.toBeNull();
    expect(findRepeat(Uint8Array.from(picture), FRAME, FRAME)).toEqual(unit);
  });
});

describe('the repeat of a drawn fabric', () => {
  it.each([
    ['polka', 5],
    ['damask', 4],
    ['ditsyFloral', 11],
    ['classicLattice', 1],
  ] as const)('is a whole share of its cell: %s', async (recipe, seed) => {
    const design = composeDesign(seed, recipe);
    const small = { ...design, cell: { width: 120, height: 120 * (design.cell.height / design.cell.width) } };
    const picture = await drawPattern(small, { width: 512, height: 512, format: 'png' });
    const unit = findRepeat(await greyOf(picture), FRAME, FRAME);
    expect(unit).not.toBeNull();
    if (unit === null) return;
    const scale = FRAME / 512;
    const width = Math.round(small.cell.width) * scale;
    const height = Math.round(small.cell.height) * scale;
    const { repeat } = small;
    const known: Vector[] = [
      [width, repeat.kind === 'drop' ? repeat.share * height : 0],
      [repeat.kind === 'brick' ? repeat.share * width : 0, height],
    ];
    for (const vector of known) expect(offLattice(unit, vector)).toBeLessThan(1.5);
  });
});

describe('no repeat', () => {
  const random = seededRandom(3);
  const row = blots({ a: [64, 0], b: [0, 64] }, 2).map((level, i) =>
    i / FRAME > 160 && i / FRAME < 224 ? level : 30,
  );
  const pictures: Record<string, Float32Array> = {
    'a flat picture': draw(() => 128),
    noise: draw(() => 255 * random.next()),
    'upright stripes': draw((x) => (x % 40 < 17 ? 200 : 40)),
    'slanting stripes': draw((x, y) => (fraction((x + 0.6 * y) / 37) < 0.4 ? 200 : 40)),
    'noisy stripes': draw((x) => (x % 40 < 17 ? 200 : 40) + random.between(0, 40)),
    'a weave without a print': draw((x, y) => 128 + ((x + y) % 4 < 2 ? 12 : -12) + random.between(0, 10)),
    'one motif': blots({ a: [FRAME, 0], b: [0, FRAME] }, 8),
    'one row of motifs': row,
    'less than two repeats': blots({ a: [280, 0], b: [0, 300] }, 2),
  };
  it.each(Object.entries(pictures))('in %s', (_, picture) => {
    expect(findRepeat(picture, FRAME, FRAME)).toBeNull();
  });

  it('in a picture of the smallest size', () => {
    expect(findRepeat(new Float32Array(FRAME * 2), FRAME, 2)).toBeNull();
    expect(findRepeat(new Float32Array(FRAME), FRAME, 1)).toBeNull();
  });
});
