import { beforeAll, describe, expect, it } from '@jest/globals';
import { composeDesign, drawPattern, seededRandom } from '#libs/pattern-drawing';
import { FAMILIES } from './families.js';
import { crop, flip, quarterTurn, rotate } from './geometry.js';
import { overlay } from './overlay.js';
import { decode, type Raster } from './raster.js';
import { rearrange } from './rearrange.js';
import { invertedPalette } from './recolour.js';
import { retile } from './re-tile.js';
import { SEVERITIES } from './severity.js';

const SEEDS = [1, 2, 3, 4, 5];
let picture: Raster;

beforeAll(async () => {
  picture = await decode(await drawPattern(composeDesign(4), { width: 160, height: 128 }), 512);
});

const cells = [...FAMILIES.keys()].flatMap((family) => SEVERITIES.map((severity) => ({ family, severity })));

describe('copies', () => {
  it.each(cells)('$family $severity: the same for the same seed, and not the original', async (cell) => {
    const copying = FAMILIES.get(cell.family);
    const one = await copying?.(picture, cell.severity, seededRandom(9));
    const again = await copying?.(picture, cell.severity, seededRandom(9));
    expect(one).toBeDefined();
    expect(again).toEqual(one);
    expect(one?.pixels.length).toBe((one?.width ?? 0) * (one?.height ?? 0) * 3);
    expect(one).not.toEqual(picture);
  });

  it('mirrored twice or turned four times are the original', async () => {
    expect(await flip(await flip(picture))).toEqual(picture);
    expect(await quarterTurn(await quarterTurn(picture, 3), 1)).toEqual(picture);
  });

  it.each([
    ['mild', 0.6, 0.8],
    ['medium', 0.3, 0.6],
    ['hard', 0.1, 0.3],
  ] as const)('cropped %s keep from %s to %s of the area', async (severity, least, most) => {
    for (const seed of SEEDS) {
      const { width, height } = await crop(picture, severity, seededRandom(seed));
      const share = (width * height) / (picture.width * picture.height);
      expect(share).toBeGreaterThan(least - 0.01);
      expect(share).toBeLessThan(most + 0.01);
    }
  });

  it.each([
    ['mild', 0.02, 0.05],
    ['medium', 0.05, 0.15],
    ['hard', 0.15, 0.35],
  ] as const)('overlaid %s are changed on %s to %s of the area', async (severity, least, most) => {
    const white = plain(255);
    for (const seed of SEEDS) {
      const share = changedShare(white, await overlay(white, severity, seededRandom(seed)));
      expect(share).toBeGreaterThan(least - 0.015);
      expect(share).toBeLessThan(most + 0.03);
    }
  });

  it('turned freely invent nothing: the corners of the part kept lie in the picture', async () => {
    const { width, height } = await rotate(picture, 'hard', seededRandom(1));
    const diagonal = (width + height) * Math.SQRT1_2;
    expect(diagonal).toBeLessThanOrEqual(Math.min(picture.width, picture.height) + 1);
    expect(width / height).toBeCloseTo(picture.width / picture.height, 1);
  });

  it('rearranged or begun elsewhere in the repeat keep every pixel', async () => {
    const moved = await rearrange(picture, 'hard', seededRandom(1));
    expect(histogram(moved)).toEqual(histogram(picture));
    const shifted = await retile(picture, 'mild', seededRandom(1));
    expect(histogram(shifted)).toEqual(histogram(picture));
  });

  it('with another palette have light and dark exchanged', () => {
    const half = plain(230);
    half.pixels.fill(20, 0, half.pixels.length / 2);
    const { pixels } = invertedPalette(half, seededRandom(3));
    const mean = (part: Uint8Array): number => part.reduce((sum, value) => sum + value, 0) / part.length;
    const middle = pixels.length / 2;
    expect(mean(pixels.subarray(0, middle))).toBeGreaterThan(mean(pixels.subarray(middle)) + 50);
  });
});

function plain(level: number): Raster {
  return { width: 100, height: 80, pixels: new Uint8Array(100 * 80 * 3).fill(level) };
}

function changedShare(before: Raster, after: Raster): number {
  let changed = 0;
  for (let at = 0; at < before.pixels.length; at += 3)
    if ([0, 1, 2].some((channel) => before.pixels[at + channel] !== after.pixels[at + channel])) changed++;
  return changed / (before.pixels.length / 3);
}

function histogram({ pixels }: Raster): number[] {
  const counts = Array.from({ length: 256 }, () => 0);
  for (const value of pixels) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
