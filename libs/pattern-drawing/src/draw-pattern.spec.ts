import sharp from 'sharp';
import { composeDesign } from './compose-design.js';
import { drawPattern } from './draw-pattern.js';

it('draws the same bytes twice', async () => {
  for (const recipe of ['watercolourFloral', 'ikat', 'batik', 'animalSkin'] as const) {
    const options = { width: 160, height: 128 };
    const [one, other] = [composeDesign(31, recipe), composeDesign(31, recipe)];
    expect((await drawPattern(one, options)).equals(await drawPattern(other, options))).toBe(true);
  }
});

it('draws in the size and format asked for', async () => {
  const design = composeDesign(9, 'damask');
  const jpeg = await sharp(await drawPattern(design, { width: 200, height: 120 })).metadata();
  expect([jpeg.format, jpeg.width, jpeg.height]).toEqual(['jpeg', 200, 120]);
  const png = await sharp(await drawPattern(design, { width: 64, height: 64, format: 'png' })).metadata();
  expect(png.format).toBe('png');
});

it('refuses a size out of range by its name', async () => {
  const design = composeDesign(9);
  await expect(drawPattern(design, { width: 8, height: 64 })).rejects.toThrow(/^width: 8 is out of range/u);
  await expect(drawPattern(design, { width: 64, height: 5000 })).rejects.toThrow(/^height/u);
});

it('drops every second column by half in a half-drop', async () => {
  const design = {
    ...composeDesign(3, 'tossedFloral'),
    cell: { width: 128, height: 128 },
    repeat: { kind: 'drop', share: 0.5 } as const,
    finish: { kind: 'clean', strength: 0 } as const,
    weave: { kind: 'paper', pitch: 3, depth: 0, light: 0 } as const,
  };
  const picture = await drawPattern(design, { width: 512, height: 512, format: 'png' });
  const part = (left: number, top: number): Promise<Buffer> =>
    sharp(picture).extract({ left, top, width: 128, height: 128 }).raw().toBuffer();
  expect((await part(0, 0)).equals(await part(128, 64))).toBe(true);
  expect((await part(0, 0)).equals(await part(128, 0))).toBe(false);
  expect((await part(0, 0)).equals(await part(256, 128))).toBe(true);
});
