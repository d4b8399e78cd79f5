import fc from 'fast-check';
import { apply } from './affine.js';
import { cellPixels, cellTransform, type Repeat } from './repeat.js';

const cell = { width: 12, height: 8 };
const cloth = { width: 60, height: 50 };
const repeats: Repeat[] = [
  { kind: 'block' },
  { kind: 'brick', share: 0.5 },
  { kind: 'brick', share: 0.25 },
  { kind: 'drop', share: 0.5 },
  { kind: 'mirror' },
];

describe.each(repeats)('repeat %j', (repeat) => {
  it('shows in every cell of the cloth what the cell transform puts there', () => {
    const pixel = cellPixels(repeat, cell, cloth, 5);
    const within = fc.record({
      x: fc.nat(11),
      y: fc.nat(7),
      column: fc.integer({ min: 0, max: 3 }),
      row: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(within, ({ x, y, column, row }) => {
        const [atX, atY] = apply(cellTransform(repeat, column, row, cell.width, cell.height), [
          x + 0.5,
          y + 0.5,
        ]);
        fc.pre(atX < cloth.width && atY < cloth.height);
        expect(pixel(Math.floor(atX), Math.floor(atY))).toBe(y * cell.width + x);
      }),
    );
  });

  it('reaches over the edge of the cloth by the margin', () => {
    const pixel = cellPixels(repeat, cell, cloth, 5);
    for (const [x, y] of [
      [-5, -5],
      [64, 54],
      [-5, 54],
    ] as const) {
      expect(pixel(x, y)).toBeGreaterThanOrEqual(0);
      expect(pixel(x, y)).toBeLessThan(cell.width * cell.height);
    }
  });
});
