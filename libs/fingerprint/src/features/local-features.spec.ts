import { describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { composeDesign, drawPattern } from '#libs/pattern-drawing';
import { FRAME, MAX_FEATURES, type LocalFeatures } from '#libs/registry';
import { matchPair } from '#libs/similarity';
import { greyOf } from '../grey.js';
import { findLocalFeatures } from './local-features.js';

async function featuresOf(picture: Sharp): Promise<LocalFeatures> {
  const { data, info } = await sharp(await picture.png().toBuffer())
    .resize(FRAME, FRAME, { fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const frame = { width: info.width, height: info.height, pixels: data };
  return findLocalFeatures(frame, greyOf(frame));
}

async function drawn(seed: number): Promise<Buffer> {
  return drawPattern(composeDesign(seed, 'tossedFloral'), { width: 320, height: 320, format: 'png' });
}

/** Features of one that lie on features of the other by one placing. */
function agreeing(one: LocalFeatures, other: LocalFeatures): number {
  const embedding = Float32Array.from({ length: 256 }, (_, i) => (i === 0 ? 1 : 0));
  const of = (features: LocalFeatures) => ({ modelDigest: '', embedding, features, repeat: null });
  return matchPair(of(one), of(other)).evidence.inliers;
}

describe('the local features of a picture', () => {
  it.each<[string, (picture: Sharp) => Sharp]>([
    ['mirrored', (picture) => picture.flop()],
    ['turned by 90 degrees', (picture) => picture.rotate(90)],
    ['upside down', (picture) => picture.rotate(180)],
    ['turned by 30 degrees', (picture) => picture.rotate(30, { background: '#808080' })],
    ['at half its size', (picture) => picture.resize(160)],
    ['in inverted colours', (picture) => picture.negate()],
    ['in other hues', (picture) => picture.modulate({ hue: 60 })],
    ['compressed hard', (picture) => picture.jpeg({ quality: 20 })],
    ['cut to a third', (picture) => picture.extract({ left: 40, top: 60, width: 190, height: 180 })],
    ['faint', (picture) => picture.linear(0.15, 180)],
  ])('are found again when it is %s', async (_name, change) => {
    for (const seed of [31, 32]) {
      const picture = await drawn(seed);
      const changedPicture = sharp(await change(sharp(picture)).png().toBuffer());
      expect(agreeing(await featuresOf(changedPicture), await featuresOf(sharp(picture)))).toBeGreaterThan(
        20,
      );
    }
  });

  it('are not those of another picture', async () => {
    const [one, other] = [await featuresOf(sharp(await drawn(33))), await featuresOf(sharp(await drawn(34)))];
    expect(agreeing(one, other)).toBeLessThan(12);
  });

  it('are at most as many as a fingerprint takes, and inside the frame', async () => {
    let state = 1;
    // Blots of four pixels: finer noise has no places.
    const pixels = Buffer.from(
      Array.from({ length: 75 * 50 * 3 }, () => (state = (state * 48_271) % 2_147_483_647) % 251),
    );
    const noise = sharp(pixels, { raw: { width: 75, height: 50, channels: 3 } });
    const { count, x, y, width, height } = await featuresOf(noise);
    expect(count).toBe(MAX_FEATURES);
    expect([width, height]).toEqual([FRAME, 256]);
    expect(x.every((value) => value > 0 && value < width)).toBe(true);
    expect(y.every((value) => value > 0 && value < height)).toBe(true);
  });

  it('are none in a picture of one colour', async () => {
    const plain = sharp({ create: { width: 100, height: 100, channels: 3, background: '#35a' } });
    expect((await featuresOf(plain)).count).toBe(0);
  });
});
