import sharp from 'sharp';
import { composeDesign } from './compose-design.js';
import { crop, mirror, quarterTurn, reencode, turnHue } from './copies.js';
import { drawPattern } from './draw-pattern.js';

const size = { width: 160, height: 120 };
let picture: Buffer;

beforeAll(async () => {
  picture = await drawPattern(composeDesign(4, 'tropical'), size);
});

const pixels = (of: Uint8Array): Promise<Buffer> => sharp(of).removeAlpha().raw().toBuffer();

/** Mean difference of two pictures of one size, in levels of 255. */
async function difference(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [p, q] = [await pixels(one), await pixels(other)];
  expect(p.length).toBe(q.length);
  return p.reduce((sum, value, i) => sum + Math.abs(value - (q[i] ?? 0)), 0) / p.length;
}

it('encodes again: smaller, coarser, alike', async () => {
  const copy = await reencode(picture, { quality: 40, scale: 0.5 });
  const { width, height } = await sharp(copy).metadata();
  expect([width, height]).toEqual([80, 60]);
  expect(copy.length).toBeLessThan(picture.length);
  const same = await reencode(picture, { quality: 90, scale: 1 });
  expect(await difference(picture, same)).toBeLessThan(6);
});

it('mirrors: twice is the original, once is not', async () => {
  expect(await difference(picture, await mirror(picture))).toBeGreaterThan(10);
  expect(await difference(picture, await mirror(await mirror(picture)))).toBeLessThan(6);
});

it('turns by quarters', async () => {
  const once = await quarterTurn(picture, 1);
  const { width, height } = await sharp(once).metadata();
  expect([width, height]).toEqual([120, 160]);
  expect(await difference(picture, await quarterTurn(once, 3))).toBeLessThan(6);
});

it('crops to the share of the area, at the place', async () => {
  const copy = await crop(picture, { areaShare: 0.6, x: 1, y: 0 });
  const { width, height } = await sharp(copy).metadata();
  expect((width * height) / (160 * 120)).toBeCloseTo(0.6, 1);
  const there = await sharp(picture)
    .extract({ left: 160 - width, top: 0, width, height })
    .png()
    .toBuffer();
  expect(await difference(there, copy)).toBeLessThan(6);
});

it('turns hues and keeps the drawing’s light and dark', async () => {
  const copy = await turnHue(picture, 120);
  expect(await difference(picture, copy)).toBeGreaterThan(10);
  expect(await difference(picture, await turnHue(copy, -120))).toBeLessThan(24);
});

it('names what is out of range', async () => {
  await expect(reencode(picture, { quality: 0, scale: 1 })).rejects.toThrow(/^quality: 0 is out of range/u);
  await expect(crop(picture, { areaShare: 1.2, x: 0, y: 0 })).rejects.toThrow(/^areaShare/u);
  await expect(crop(picture, { areaShare: 0.5, x: Number.NaN, y: 0 })).rejects.toThrow(/^x/u);
});
