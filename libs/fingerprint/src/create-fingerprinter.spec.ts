import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { type Fingerprinter } from '#libs/registry';
import { matchPair } from '#libs/similarity';
import { DEFAULT_CALIBRATION } from './calibration.js';
import { createFingerprinter } from './create-fingerprinter.js';
import { loadEmbedder } from './embed-picture.js';
import { decodeFingerprint } from './fingerprint-format.js';
import { MODEL_DIGEST, MODEL_FILE_SHA256 } from './model.js';
import { modelPath } from './package-files.js';

const SIZE = 480;

/** Printed cloth: a seeded motif of ellipses and stripes in block repeat. */
function cloth(seed: number): Sharp {
  let state = seed;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const colour = () => `rgb(${next(256)},${next(256)},${next(256)})`;
  const tile = 60 + next(60);
  const motif = Array.from(
    { length: 5 + next(5) },
    () => `<ellipse cx="${next(tile)}" cy="${next(tile)}" rx="${4 + next(tile / 4)}" ry="${4 + next(tile / 4)}"
      fill="${colour()}" transform="rotate(${next(180)} ${tile / 2} ${tile / 2})"/>`,
  ).join('');
  const stripe = `<rect width="${2 + next(8)}" height="${tile}" fill="${colour()}"/>`;
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}"><defs>
      <pattern id="p" width="${tile}" height="${tile}" patternUnits="userSpaceOnUse">
      <rect width="${tile}" height="${tile}" fill="${colour()}"/>${stripe}${motif}</pattern></defs>
      <rect width="100%" height="100%" fill="url(#p)"/></svg>`),
  ).flatten();
}

/** A grey picture of `level(x, y)`, as raw pixels for sharp. */
function painted(level: (x: number, y: number) => number, side = 320): Sharp {
  const pixels = Buffer.alloc(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    pixels.fill(Math.round(level(i % side, Math.floor(i / side))), i * 3, i * 3 + 3);
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
}

/** Seeded noise of about the given standard deviation. */
function noise(sigma: number): () => number {
  let state = 1;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return () => sigma * Math.sqrt(12) * (uniform() - 0.5);
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

describe('fingerprinting a picture', () => {
  let fingerprinter: Fingerprinter;
  beforeAll(async () => {
    fingerprinter = await createFingerprinter();
  });

  const fingerprintOf = async (picture: Sharp) =>
    decodeFingerprint((await fingerprinter.fingerprint(await picture.toBuffer())).fingerprint.bytes);
  const embeddingOf = async (picture: Sharp) => (await fingerprintOf(picture)).embedding;

  it('says what the picture is and which model saw it', async () => {
    const file = await cloth(1).resize(300, 200, { fit: 'fill' }).jpeg().toBuffer();
    const { pattern, fingerprint } = await fingerprinter.fingerprint(file);
    expect(pattern).toEqual({
      pictureDigest: `sha256:${createHash('sha256').update(file).digest('hex')}`,
      mediaType: 'image/jpeg',
      width: 300,
      height: 200,
    });
    expect(fingerprint.modelDigest).toBe(MODEL_DIGEST);
    expect(decodeFingerprint(fingerprint.bytes).modelDigest).toBe(MODEL_DIGEST);
    expect(fingerprinter.modelDigest).toBe(MODEL_DIGEST);
    expect(DEFAULT_CALIBRATION.modelDigest).toBe(MODEL_DIGEST);
  });

  it('gives the same bytes for the same picture, from another session too', async () => {
    const file = await cloth(2).png().toBuffer();
    const other = await createFingerprinter();
    const first = await fingerprinter.fingerprint(file);
    expect(await fingerprinter.fingerprint(file)).toEqual(first);
    expect(await other.fingerprint(file)).toEqual(first);
  });

  it.each<[string, (picture: Sharp) => Sharp]>([
    ['mirrored', (picture) => picture.flop().png()],
    ['upside down', (picture) => picture.flip().png()],
    ['turned by 90 degrees', (picture) => picture.rotate(90).png()],
    ['re-encoded at quality 50', (picture) => picture.jpeg({ quality: 50 })],
    ['re-encoded at quality 20', (picture) => picture.jpeg({ quality: 20 })],
    ['at half its size', (picture) => picture.resize(SIZE / 2).png()],
    ['mirrored and re-encoded', (picture) => picture.flop().webp({ quality: 50 })],
  ])('judges a copy %s a duplicate', async (_name, change) => {
    for (const seed of [11, 12, 13]) {
      const original = await cloth(seed).png().toBuffer();
      const copy = await fingerprintOf(change(sharp(original)));
      const { score } = matchPair(copy, await fingerprintOf(sharp(original).png()));
      expect(score).toBeGreaterThanOrEqual(DEFAULT_CALIBRATION.duplicateAt);
    }
  });

  it('judges other cloth no duplicate', async () => {
    const fingerprints = await Promise.all(
      [21, 22, 23, 24, 25, 26].map((seed) => fingerprintOf(cloth(seed).png())),
    );
    for (const [i, one] of fingerprints.entries()) {
      for (const other of fingerprints.slice(i + 1)) {
        expect(matchPair(one, other).score).toBeLessThan(DEFAULT_CALIBRATION.suspectedAt);
      }
    }
  });

  it('sees a picture turned by EXIF as the upright one', async () => {
    const upright = await cloth(3).jpeg({ quality: 95 }).toBuffer();
    const turned = await sharp(upright)
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    expect(
      cosine(await embeddingOf(sharp(upright)), await embeddingOf(sharp(turned).keepMetadata())),
    ).toBeGreaterThan(0.99);
  });

  it.each<[string, () => Sharp]>([
    ['of one colour', () => painted(() => 180).png()],
    ['white', () => painted(() => 255).jpeg()],
    [
      'flat with noise',
      () =>
        painted(
          (
            (n) => () =>
              150 + n()
          )(noise(6)),
        ).png(),
    ],
    [
      'flat with noise and JPEG artefacts',
      () =>
        painted(
          (
            (n) => () =>
              150 + n()
          )(noise(8)),
        ).jpeg({ quality: 20 }),
    ],
    ['unevenly lit and otherwise flat', () => painted((x, y) => 100 + x / 4 + y / 6).png()],
  ])('finds a picture %s unfit for comparison', async (_name, draw) => {
    const picture = await draw().toBuffer();
    await expect(fingerprinter.fingerprint(picture)).rejects.toMatchObject({
      name: 'RegistryError',
      code: 'UNFIT_PICTURE',
      field: 'picture',
    });
  });

  it.each<[string, () => Sharp]>([
    ['tone-on-tone stripes', () => painted((x) => 200 + (Math.floor(x / 20) % 2) * 10).png()],
    ['small dots', () => painted((x, y) => (x % 32 < 8 && y % 32 < 8 ? 120 : 150)).jpeg({ quality: 80 })],
    [
      'a faint check under noise',
      () =>
        painted(
          (
            (n) => (x, y) =>
              150 + ((x >> 4) % 2) * 6 + ((y >> 4) % 2) * 6 + n()
          )(noise(3)),
        ).png(),
    ],
  ])('compares cloth with %s', async (_name, draw) => {
    expect(await embeddingOf(draw())).toHaveLength(256);
  });
});

describe('the model file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weft-model-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is refused when a byte of it is another', async () => {
    const path = join(folder, 'changed.onnx');
    await copyFile(modelPath(), path);
    await writeFile(path, Buffer.from([0]), { flag: 'a' });
    await expect(loadEmbedder(path, MODEL_FILE_SHA256)).rejects.toThrow(
      /changed\.onnx: the model's SHA-256 is .* restore/,
    );
  });

  it('is missed by its path', async () => {
    await expect(loadEmbedder(join(folder, 'absent.onnx'), MODEL_FILE_SHA256)).rejects.toThrow(
      /absent\.onnx/,
    );
  });
});
