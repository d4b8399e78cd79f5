import fc from 'fast-check';
import { type Affine, apply, compose } from './affine.js';
import { cellShape, groupOperations, WALLPAPER_GROUPS, type WallpaperGroup } from './wallpaper-groups.js';

/** Point group order and whether it turns things over, after International Tables A; centred cells hold twice the order. */
const KNOWN: Record<WallpaperGroup, readonly [operations: number, turn: number, mirrors: boolean]> = {
  p1: [1, 1, false],
  p2: [2, 2, false],
  pm: [2, 1, true],
  pg: [2, 1, true],
  cm: [4, 1, true],
  pmm: [4, 2, true],
  pmg: [4, 2, true],
  pgg: [4, 2, true],
  cmm: [8, 2, true],
  p4: [4, 4, false],
  p4m: [8, 4, true],
  p4g: [8, 4, true],
  p3: [6, 3, false],
  p3m1: [12, 3, true],
  p31m: [12, 3, true],
  p6: [12, 6, false],
  p6m: [24, 6, true],
};

const cellOf = (group: WallpaperGroup): readonly [number, number] => {
  const shape = cellShape(group);
  return shape === 'square' ? [90, 90] : shape === 'hexagonal' ? [90, 90 * Math.sqrt(3)] : [90, 70];
};

/** An operation's name up to whole cells. */
function nameOf([a, b, c, d, e, f]: Affine, width: number, height: number): string {
  const share = (value: number, size: number): string => {
    const within = (((value / size) % 1) + 1) % 1;
    return (within > 0.9999 ? 0 : within).toFixed(3);
  };
  const plain = (value: number): string => (Math.abs(value) < 1e-9 ? 0 : value).toFixed(3);
  return [plain(a), plain(b), plain(c), plain(d), share(e, width), share(f, height)].join(' ');
}

describe.each(WALLPAPER_GROUPS)('%s', (group) => {
  const [width, height] = cellOf(group);
  const operations = groupOperations(group, width, height);
  const names = new Set(operations.map((operation) => nameOf(operation, width, height)));
  const [count, turn, mirrors] = KNOWN[group];

  it('has the operations of its general position, each once', () => {
    expect(operations).toHaveLength(count);
    expect(names.size).toBe(count);
  });

  it('is closed: any two operations make a third, up to whole cells', () => {
    for (const one of operations)
      for (const other of operations) expect(names).toContain(nameOf(compose(one, other), width, height));
  });

  it('turns and mirrors as its name says', () => {
    const determinant = ([a, b, c, d]: Affine): number => a * d - b * c;
    const turns = operations.filter((operation) => determinant(operation) > 0);
    const angles = new Set(
      turns.map(([a, b]) => `${a.toFixed(3)} ${b.toFixed(3)}`.replace(/-0\.000/gu, '0.000')),
    );
    expect(angles.size).toBe(turn);
    expect(operations.some((operation) => determinant(operation) < 0)).toBe(mirrors);
  });

  it('keeps distances', () => {
    const length = fc.double({ min: -500, max: 500, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(length, length), fc.tuple(length, length), fc.nat(count - 1), (p, q, i) => {
        const operation = operations[i] ?? [1, 0, 0, 1, 0, 0];
        const [u, v] = [apply(operation, p), apply(operation, q)];
        expect(Math.hypot(u[0] - v[0], u[1] - v[1])).toBeCloseTo(Math.hypot(p[0] - q[0], p[1] - q[1]), 6);
      }),
      { numRuns: 50 },
    );
  });
});

it('tells glides from mirrors and the two mirrored threefold groups from one another', () => {
  const named = (group: WallpaperGroup): string[] =>
    groupOperations(group, ...cellOf(group)).map((operation) => nameOf(operation, ...cellOf(group)));
  expect(named('pg')).not.toContain('-1.000 0.000 0.000 1.000 0.000 0.000');
  expect(named('pm')).toContain('-1.000 0.000 0.000 1.000 0.000 0.000');
  // p31m has mirrors along the lattice's own directions, p3m1 across them
  expect(named('p31m')).toContain('1.000 0.000 0.000 -1.000 0.000 0.000');
  expect(named('p3m1')).not.toContain('1.000 0.000 0.000 -1.000 0.000 0.000');
});
