import sharp from 'sharp';
import { composeDesign } from './compose-design.js';
import { type PatternDesign } from './design.js';
import { drawTile, placementCopies } from './draw-tile.js';
import { drawPattern } from './draw-pattern.js';
import { type Affine, apply, compose } from './symmetry/affine.js';
import {
  cellShape,
  groupOperations,
  WALLPAPER_GROUPS,
  type WallpaperGroup,
} from './symmetry/wallpaper-groups.js';

/** Lopsided motifs strewn at general positions, without weave, finish or field. */
function bareDesign(group: WallpaperGroup): PatternDesign {
  const shape = cellShape(group);
  const height = shape === 'hexagonal' ? 256 * Math.sqrt(3) : shape === 'square' ? 256 : 204;
  return {
    ...composeDesign(7, 'paisleys'),
    palette: ['#f4efe2', '#7a1f2b', '#d8a03c', '#1f5f5b', '#4b6b2f', '#22263a', '#ffffff'],
    group,
    repeat: { kind: 'block' },
    cell: { width: 256, height },
    ground: { kind: 'plain' },
    finish: { kind: 'clean', strength: 0 },
    weave: { kind: 'paper', pitch: 3, depth: 0, light: 0 },
    motifs: [
      { kind: 'paisley', shape: 11, style: 'flat', tones: [1, 2, 3, 4, 5] },
      { kind: 'spray', shape: 12, style: 'flat', tones: [3, 1, 2, 4, 5] },
    ],
    layers: [
      {
        kind: 'motifs',
        placements: [
          { motif: 0, u: 0.17, v: 0.09, size: 48, turn: 0.6 },
          { motif: 1, u: 0.31, v: 0.22, size: 38, turn: -1.1 },
        ],
      },
    ],
  };
}

const NEAR = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const));

const alike = (p: Uint8Array, q: Uint8Array): boolean =>
  p.every((value, channel) => Math.abs(value - (q[channel] ?? 0)) < 40);

/** Tells of any operation on what share of places the drawing has the colour of the place it takes them to. */
async function agreementOf(design: PatternDesign): Promise<(operation: Affine) => number> {
  const picture = await drawPattern(design, { width: 512, height: 512, format: 'png' });
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = design.cell;
  const [wide, high] = [Math.round(width), Math.round(height)];
  const colourAt = (x: number, y: number): Uint8Array => {
    const share = (value: number, size: number): number => (((value / size) % 1) + 1) % 1;
    const [px, py] = [Math.floor(share(x, width) * wide), Math.floor(share(y, height) * high)];
    return data.subarray((py * info.width + px) * 3, (py * info.width + px) * 3 + 3);
  };
  return (operation) => {
    let same = 0;
    let all = 0;
    for (let y = 0.5; y < height; y += 3.1)
      for (let x = 0.5; x < width; x += 3.1) {
        const [toX, toY] = apply(operation, [x, y]);
        const here = colourAt(x, y);
        all++;
        // edges are smoothed on the pixel grid, which no turn keeps: a neighbouring pixel may have the colour
        if (NEAR.some(([dx, dy]) => alike(here, colourAt(toX + dx, toY + dy)))) same++;
      }
    return same / all;
  };
}

describe.each(WALLPAPER_GROUPS)('a drawing of group %s', (group) => {
  const design = bareDesign(group);
  const operations = groupOperations(group, design.cell.width, design.cell.height);

  it('shows the same after each of the group’s operations', async () => {
    const agreement = await agreementOf(design);
    for (const operation of operations) expect(agreement(operation)).toBeGreaterThan(0.98);
  });

  it('has a copy of every copy under each operation', () => {
    const { width, height } = design.cell;
    const place = ([a, b, c, d, e, f]: Affine): string => {
      const cut = (value: number, size: number): string =>
        ((((value + 0.001) % size) + size) % size).toFixed(2);
      return (
        [a, b, c, d].map((value) => (Math.abs(value) < 1e-6 ? 0 : value).toFixed(2)).join(' ') +
        cut(e, width) +
        cut(f, height)
      );
    };
    for (const layer of design.layers)
      for (const placement of layer.kind === 'motifs' ? layer.placements : []) {
        const copies = placementCopies(design, placement);
        const places = new Set(copies.map(place));
        expect(places.size).toBe(operations.length);
        for (const operation of operations)
          for (const copy of copies) expect(places).toContain(place(compose(operation, copy)));
      }
  });
});

it('is not symmetric beyond its group', async () => {
  const halfTurn: Affine = [-1, 0, 0, -1, 0, 0];
  const agreement = await agreementOf(bareDesign('p1'));
  expect(agreement(halfTurn)).toBeLessThan(0.9);
});

it('gives the same SVG for the same design and another for another', () => {
  const draw = (seed: number): string => drawTile(composeDesign(seed, 'tossedFloral'), 300, 300);
  expect(draw(5)).toBe(draw(5));
  expect(draw(5)).not.toBe(draw(6));
});
