import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { seededRandom } from '#libs/pattern-drawing';
import { differingBits } from './bits.js';
import { pdqOrientations } from './pdq.js';
import { phashOrientations } from './phash.js';

/** Soft blots: cloth of fine motifs has little in the low frequencies that these hashes look at. */
function blots(seed: number): Promise<Buffer> {
  const random = seededRandom(seed);
  const pixels = Uint8Array.from({ length: 12 * 12 * 3 }, () => random.whole(0, 255));
  return sharp(pixels, { raw: { width: 12, height: 12, channels: 3 } })
    .resize(200, 160, { fit: 'fill', kernel: 'cubic' })
    .png()
    .toBuffer();
}

const picture = await blots(1);
const other = await blots(2);

describe.each([
  ['pHash', phashOrientations, 64],
  ['PDQ', pdqOrientations, 256],
] as const)('%s', (_name, orientationsOf, bits) => {
  it('of a mirrored or turned picture is one of the eight of the upright one', async () => {
    const eight = await orientationsOf(picture);
    expect(eight).toHaveLength(8);
    for (const turned of [
      sharp(picture).flop(),
      sharp(picture).rotate(90),
      sharp(picture).rotate(270).flop(),
    ]) {
      const [own] = await orientationsOf(await turned.png().toBuffer());
      if (!own) throw new Error('no hash');
      expect(own.length * 32).toBe(bits);
      expect(Math.min(...eight.map((one) => differingBits(one, own))) / bits).toBeLessThan(0.15);
    }
  });

  it('changes little by saving anew, and much from picture to picture', async () => {
    const [own = new Uint32Array()] = await orientationsOf(picture);
    const [saved = new Uint32Array()] = await orientationsOf(
      await sharp(picture).jpeg({ quality: 60 }).toBuffer(),
    );
    const [unlike = new Uint32Array()] = await orientationsOf(other);
    expect(differingBits(own, saved) / bits).toBeLessThan(0.1);
    expect(differingBits(own, unlike) / bits).toBeGreaterThan(0.2);
  });
});

it('PDQ is the hash that the published implementation gives', async () => {
  const [width, height] = [160, 96];
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      pixels.set(
        [(x * x + 3 * y * y + x * y) >> 6, (x * y) >> 4, 5 * x + Math.floor((y * y) / 8)].map((v) => v & 255),
        (y * width + x) * 3,
      );
  const file = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  const [own = new Uint32Array()] = await pdqOrientations(file);
  // Its first bit is the highest frequency's, ours the lowest one's.
  const bits = Array.from({ length: 256 }, (_, i) => ((own[i >> 5] ?? 0) >>> (i & 31)) & 1).reverse();
  const hex = BigInt(`0b${bits.join('')}`)
    .toString(16)
    .padStart(64, '0');
  expect(hex).toBe('613d4b6a955f2af5d38525355369eecb198a3212c6a53049c7933467e1ceb53c');
});
