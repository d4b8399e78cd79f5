import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { findRepeat } from '#libs/fingerprint';
import { composeDesign, drawPattern, type PatternDesign, withOtherMotifs } from '#libs/pattern-drawing';
import { CELL_SIDE, FRAME, type RepeatUnit } from '#libs/registry';
import { type CellMatch, compareCells, prepareCell } from './compare-cells.js';

type Vector = readonly [number, number];

const vectors: Record<string, readonly [Vector, Vector]> = {
  square: [
    [50, 0],
    [0, 50],
  ],
  hexagonal: [
    [60, 0],
    [30, 51.96],
  ],
  oblique: [
    [44, 9],
    [3, 70],
  ],
};

/** Rounded blots at places of the cloth, seen through any two vectors of its lattice. */
function unitOf([a, b]: readonly [Vector, Vector], seed: number, from: Vector = [0, 0]): RepeatUnit {
  const blots = Array.from({ length: 5 }, (_, i) => [
    share(seed * 7 + i * 2.3),
    share(seed * 3 + i * 5.1 + 0.4),
  ]);
  const cell = Uint8Array.from({ length: CELL_SIDE * CELL_SIDE }, (_, at) => {
    const u = (at % CELL_SIDE) / CELL_SIDE - from[0];
    const v = Math.floor(at / CELL_SIDE) / CELL_SIDE - from[1];
    const levels = blots.map(([x = 0, y = 0], i) => {
      const [du, dv] = [u - x - Math.round(u - x), v - y - Math.round(v - y)];
      return Math.exp(-(du * du + dv * dv) / (2 * (0.03 + 0.02 * i) ** 2));
    });
    return Math.round(255 * Math.max(...levels));
  });
  return { a, b, strength: 0.8, cell };
}

/** The same cloth by the vectors p a + q b and r a + s b. */
function inBasis(unit: RepeatUnit, [p, q, r, s]: readonly [number, number, number, number]): RepeatUnit {
  const combine = (i: number, j: number): Vector => [
    i * unit.a[0] + j * unit.b[0],
    i * unit.a[1] + j * unit.b[1],
  ];
  const cell = unit.cell.map((_, at) => {
    const [u, v] = [at % CELL_SIDE, Math.floor(at / CELL_SIDE)];
    return unit.cell[wrap(q * u + s * v) * CELL_SIDE + wrap(p * u + r * v)] ?? 0;
  });
  return { a: combine(p, q), b: combine(r, s), strength: unit.strength, cell };
}

function shifted(unit: RepeatUnit, right: number, down: number): RepeatUnit {
  return {
    ...unit,
    cell: unit.cell.map((_, at) => {
      const [u, v] = [at % CELL_SIDE, Math.floor(at / CELL_SIDE)];
      return unit.cell[wrap(v - down) * CELL_SIDE + wrap(u - right)] ?? 0;
    }),
  };
}

/** The vectors taken by the matrix (x' = m x + n y, y' = o x + p y); the cell stays. */
function moved(unit: RepeatUnit, m: number, n: number, o: number, p: number): RepeatUnit {
  const move = ([x, y]: Vector): Vector => [m * x + n * y, o * x + p * y];
  return { ...unit, a: move(unit.a), b: move(unit.b) };
}

function norm([x, y]: Vector): number {
  return Math.sqrt(x * x + y * y);
}

function wrap(sample: number): number {
  return ((sample % CELL_SIDE) + CELL_SIDE) % CELL_SIDE;
}

function share(value: number): number {
  return Math.abs(Math.sin(value * 127.1) * 43_758.5453) % 1;
}

function match(query: RepeatUnit, candidate: RepeatUnit): CellMatch {
  return compareCells(prepareCell(query), candidate);
}

const kinds = fc.constantFrom(...Object.values(vectors));
const seeds = fc.integer({ min: 1, max: 200 });
const samples = fc.nat(CELL_SIDE - 1);

describe('two repeat units of one cloth', () => {
  it('match fully in every phase, and the phase is found', () => {
    fc.assert(
      fc.property(kinds, seeds, samples, samples, (lattice, seed, right, down) => {
        const unit = unitOf(lattice, seed);
        const { score, placing } = match(unit, shifted(unit, right, down));
        expect(score).toBeGreaterThan(0.97);
        expect(Math.abs(apart(placing?.phase[0] ?? 0, right / CELL_SIDE))).toBeLessThan(0.01);
        expect(Math.abs(apart(placing?.phase[1] ?? 0, down / CELL_SIDE))).toBeLessThan(0.01);
      }),
      { numRuns: 40 },
    );
  });

  it('match by whichever two shortest vectors either is described', () => {
    const entry = fc.integer({ min: -1, max: 1 });
    const basis = fc.tuple(entry, entry, entry, entry);
    fc.assert(
      fc.property(kinds, seeds, seeds, basis, (lattice, seed, otherSeed, [p, q, r, s]) => {
        fc.pre(Math.abs(p * s - q * r) === 1);
        const unit = unitOf(lattice, seed);
        const again = inBasis(unit, [p, q, r, s]);
        fc.pre(Math.max(norm(again.a), norm(again.b)) < 1.001 * Math.max(norm(unit.a), norm(unit.b)));
        const other = unitOf(lattice, otherSeed);
        expect(match(unit, again).score).toBeGreaterThan(0.97);
        const { score } = match(unit, other);
        expect(match(again, other).score).toBeCloseTo(score, 1);
        expect(match(other, again).score).toBeCloseTo(score, 1);
      }),
      { numRuns: 60 },
    );
  });

  it('match turned, scaled and mirrored, and the transform is found', () => {
    const turn = fc.integer({ min: 0, max: 359 });
    fc.assert(
      fc.property(
        kinds,
        seeds,
        turn,
        fc.double({ min: 0.4, max: 2.5, noNaN: true }),
        fc.boolean(),
        (lattice, seed, degrees, scale, mirrored) => {
          const unit = unitOf(lattice, seed);
          const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
          // counter-clockwise on the screen, where y points down
          const flipped = mirrored ? -1 : 1;
          const copy = moved(unit, scale * c * flipped, scale * s, -scale * s * flipped, scale * c);
          const { score, placing } = match(unit, copy);
          expect(score).toBeGreaterThan(0.97);
          expect(placing?.scale).toBeCloseTo(scale, 3);
          expect(placing?.mirrored).toBe(mirrored);
          expect(Math.abs(apart((placing?.rotation ?? 0) / 360, degrees / 360)) * 360).toBeLessThan(0.1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('match though one of them takes two repeats for one', () => {
    for (const lattice of Object.values(vectors)) {
      const unit = unitOf(lattice, 12);
      for (const [p, q, r, s] of [
        [2, 0, 0, 1],
        [1, 0, 0, 2],
        [1, 1, 1, -1],
      ] as const) {
        const twice = inBasis(unit, [p, q, r, s]);
        expect(match(unit, twice).score).toBeGreaterThan(0.9);
        expect(match(twice, unit).score).toBeGreaterThan(0.9);
      }
    }
  });

  it('match slightly stretched, not strongly', () => {
    const unit = unitOf(vectors['square']!, 3);
    expect(match(unit, moved(unit, 1.08, 0, 0, 1)).score).toBeGreaterThan(0.9);
    expect(match(unit, moved(unit, 1.5, 0, 0, 1))).toEqual({ score: 0, placing: null });
  });
});

it('places the query on the candidate: what lies there is the same', () => {
  const unit = unitOf(
    [
      [44, 9],
      [3, 70],
    ],
    21,
  );
  const copy = shifted(moved(unit, 0, 1.3, 1.3, 0), 11, 30);
  const { placing } = match(unit, copy);
  expect(placing).not.toBeNull();
  if (placing === null) return;
  const { a, b, c, d, e, f } = placing.affine;
  for (const [x, y] of [
    [0, 0],
    [17, 40],
    [100, 3],
  ] as const)
    expect(Math.abs(level(copy, a * x + b * y + e, c * x + d * y + f) - level(unit, x, y))).toBeLessThan(40);
});

it('scores cells without anything in them 0', () => {
  const flat = { ...unitOf(vectors['square']!, 1), cell: new Uint8Array(CELL_SIDE * CELL_SIDE).fill(90) };
  const other = unitOf(vectors['square']!, 1);
  for (const [query, candidate] of [
    [flat, other],
    [other, flat],
    [flat, flat],
  ] as const)
    expect(match(query, candidate)).toEqual({ score: 0, placing: null });
});

describe('drawn cloth', () => {
  const designs = (
    [
      ['polka', 5],
      ['damask', 4],
      ['ditsyFloral', 11],
      ['memphis', 9],
    ] as const
  ).map(([recipe, seed]): PatternDesign => ({
    ...composeDesign(seed, recipe),
    cell: { width: 130, height: 130 },
    repeat: { kind: 'block' },
  }));
  const pictures = designs.map((design) => drawPattern(design, { width: 512, height: 512 }));

  const units = pictures.map(async (picture) => repeatOf(await picture));

  it.each([
    ['encoded again, small', (picture: Sharp) => picture.resize(256, 256).jpeg({ quality: 40 })],
    ['mirrored', (picture: Sharp) => picture.flop()],
    ['turned by a quarter', (picture: Sharp) => picture.rotate(90)],
    ['inverted', (picture: Sharp) => picture.negate()],
    ['cropped', (picture: Sharp) => picture.extract({ left: 71, top: 33, width: 390, height: 400 })],
  ] as const)('is told from other cloth on the same lattice: %s', async (_, change) => {
    for (const [i, picture] of pictures.entries()) {
      const query = await repeatOf(
        await change(sharp(await picture))
          .png()
          .toBuffer(),
      );
      const scores = (await Promise.all(units)).map((unit) => match(query, unit).score);
      const other = Math.max(...scores.filter((_score, at) => at !== i));
      expect(scores[i]).toBeGreaterThan(0.75);
      expect(scores[i]).toBeGreaterThan(other + 0.2);
    }
  });

  it('is told from the same layout of other motifs', async () => {
    for (const [i, design] of designs.entries()) {
      const other = await drawPattern(withOtherMotifs(design, 77), { width: 512, height: 512 });
      const unit = await units[i];
      if (unit) expect(match(unit, await repeatOf(other)).score).toBeLessThan(0.8);
    }
  });
});

async function repeatOf(picture: Buffer): Promise<RepeatUnit> {
  const { data, info } = await sharp(picture)
    .resize(FRAME, FRAME, { fit: 'inside' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const unit = findRepeat(data, info.width, info.height);
  if (unit === null) throw new Error('the drawn cloth shows no repeat');
  return unit;
}

/** Signed distance of two shares of a circle, at most a half. */
function apart(one: number, other: number): number {
  return one - other - Math.round(one - other);
}

/** The cell's nearest sample at a pixel of the frame. */
function level({ a, b, cell }: RepeatUnit, x: number, y: number): number {
  const area = a[0] * b[1] - a[1] * b[0];
  const u = Math.round((CELL_SIDE * (x * b[1] - y * b[0])) / area);
  const v = Math.round((CELL_SIDE * (a[0] * y - a[1] * x)) / area);
  return cell[wrap(v) * CELL_SIDE + wrap(u)] ?? 0;
}
