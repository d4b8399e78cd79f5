import { composeDesign } from './compose-design.js';
import { drawTile } from './draw-tile.js';
import { inSameColours, rearranged, recolour, redrawn, withOtherMotifs } from './variants.js';

const design = composeDesign(77, 'trellisFloral');
const kinds = (of: typeof design): string[] => of.motifs.map(({ kind }) => kind);

it('recolours without touching the drawing', () => {
  const variant = recolour(design, 5);
  expect(variant.palette).not.toEqual(design.palette);
  expect({ ...variant, palette: design.palette }).toEqual(design);
});

it('draws the motifs anew in their places', () => {
  const variant = redrawn(design, 5);
  expect(kinds(variant)).toEqual(kinds(design));
  expect(variant.palette).toEqual(design.palette);
  expect(drawTile(variant, 100, 100)).not.toBe(drawTile(design, 100, 100));
});

it('puts other motifs on the same lattice', () => {
  const variant = withOtherMotifs(design, 5);
  expect(variant.layers).toEqual(design.layers);
  variant.motifs.forEach((motif, i) => expect(motif.kind).not.toBe(design.motifs[i]?.kind));
});

it('lays the same motifs out otherwise', () => {
  const variant = rearranged(design, 5);
  expect(variant.motifs).toEqual(design.motifs);
  expect(drawTile(variant, 100, 100)).not.toBe(drawTile(design, 100, 100));
});

it('makes another pattern in the same colours', () => {
  const variant = inSameColours(design, 5);
  expect(variant.palette).toEqual(design.palette);
  expect(variant.recipe).not.toBe(design.recipe);
});

it('gives the same variant for the same seed', () => {
  for (const vary of [recolour, redrawn, withOtherMotifs, rearranged, inSameColours])
    expect(vary(design, 8)).toEqual(vary(design, 8));
});
