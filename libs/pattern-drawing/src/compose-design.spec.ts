import sharp from 'sharp';
import { fromHex, colourDistance } from './colour/oklch.js';
import { composeDesign, RECIPE_NAMES } from './compose-design.js';
import { TONES } from './design.js';
import { drawPattern } from './draw-pattern.js';
import { cellShape } from './symmetry/wallpaper-groups.js';

const SIZE = { width: 64, height: 64 };

describe.each(RECIPE_NAMES)('recipe %s', (recipe) => {
  const designs = [1, 2, 3].map((seed) => composeDesign(seed * 7919, recipe));

  it('is plain data, the same for the same seed', () => {
    for (const [i, design] of designs.entries()) {
      expect(JSON.parse(JSON.stringify(design))).toEqual(design);
      expect(composeDesign((i + 1) * 7919, recipe)).toEqual(design);
    }
  });

  it('keeps to its group’s cell and names only what it has', () => {
    for (const design of designs) {
      const { width, height } = design.cell;
      if (cellShape(design.group) === 'square') expect(height).toBe(width);
      if (cellShape(design.group) === 'hexagonal') expect(height / width).toBeCloseTo(Math.sqrt(3), 6);
      for (const layer of design.layers)
        for (const placement of layer.kind === 'motifs' ? layer.placements : [])
          expect(design.motifs[placement.motif]).toBeDefined();
    }
  });

  it('draws something that is seen, otherwise for another seed', async () => {
    const pictures = await Promise.all(designs.map((design) => drawPattern(design, SIZE)));
    expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(designs.length);
    for (const picture of pictures) {
      const { channels } = await sharp(picture).stats();
      expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(2.5);
    }
  });
});

it('has seven colours whose inks stand off the ground', () => {
  for (let seed = 0; seed < 120; seed++) {
    const { palette } = composeDesign(seed);
    expect(palette).toHaveLength(7);
    const ground = palette[TONES.ground] ?? '';
    for (const tone of [TONES.main, TONES.accent, TONES.line, TONES.light])
      expect(colourDistance(ground, palette[tone] ?? '')).toBeGreaterThan(0.09);
    for (const colour of palette) expect(fromHex(colour).l).toBeGreaterThan(0);
  }
});

it('goes through all recipes when none is asked for', () => {
  const met = new Set(Array.from({ length: 400 }, (_, seed) => composeDesign(seed).recipe));
  expect(met.size).toBe(RECIPE_NAMES.length);
});
