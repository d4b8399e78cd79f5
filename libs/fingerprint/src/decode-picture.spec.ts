import { deflateSync, crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { RegistryError } from '#libs/registry';
import { decodePicture, MAX_PICTURE_BYTES } from './decode-picture.js';
import { type Raster } from './raster.js';

/** A picture whose left half is red and whose right half is blue, with a green bar on top. */
function drawing(width = 240, height = 160): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="#c81e1e"/><rect x="50%" width="50%" height="100%" fill="#1e3cc8"/>
    <rect width="100%" height="25%" fill="#1ea03c"/></svg>`;
  return sharp(Buffer.from(svg)).flatten();
}

function colourAt({ width, height, pixels }: Raster, x: number, y: number): number[] {
  const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
  return [...pixels.subarray(at, at + 3)];
}

function expectColour(raster: Raster, x: number, y: number, colour: number[], within: number): void {
  colourAt(raster, x, y).forEach((value, i) => {
    expect(Math.abs(value - (colour[i] ?? 0))).toBeLessThanOrEqual(within);
  });
}

function expectDrawing(raster: Raster, within: number): void {
  expectColour(raster, 0.5, 0.1, [30, 160, 60], within);
  expectColour(raster, 0.2, 0.7, [200, 30, 30], within);
  expectColour(raster, 0.8, 0.7, [30, 60, 200], within);
}

async function refusalOf(picture: Uint8Array): Promise<RegistryError> {
  try {
    await decodePicture(picture);
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** A PNG of one colour whose header states any size; all rows are there. */
function plainPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(1, 8);
  const row = Math.ceil(width / 8) + 1;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(row * height))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('reading a picture', () => {
  it.each<[string, string, (picture: Sharp) => Sharp, number]>([
    ['JPEG', 'image/jpeg', (picture) => picture.jpeg({ quality: 95 }), 12],
    ['progressive JPEG', 'image/jpeg', (picture) => picture.jpeg({ quality: 95, progressive: true }), 12],
    ['PNG', 'image/png', (picture) => picture.png(), 1],
    ['palette PNG', 'image/png', (picture) => picture.png({ palette: true }), 4],
    ['16-bit PNG', 'image/png', (picture) => picture.toColourspace('rgb16').png(), 1],
    ['WebP', 'image/webp', (picture) => picture.webp({ lossless: true }), 2],
    ['TIFF', 'image/tiff', (picture) => picture.tiff(), 12],
    ['LZW TIFF', 'image/tiff', (picture) => picture.tiff({ compression: 'lzw' }), 1],
    [
      '16-bit TIFF',
      'image/tiff',
      (picture) => picture.toColourspace('rgb16').tiff({ compression: 'deflate' }),
      1,
    ],
    ['CMYK JPEG', 'image/jpeg', (picture) => picture.toColourspace('cmyk').jpeg({ quality: 95 }), 70],
    ['CMYK TIFF', 'image/tiff', (picture) => picture.toColourspace('cmyk').tiff({ compression: 'lzw' }), 70],
    ['PNG in Display P3', 'image/png', (picture) => picture.withIccProfile('p3').png(), 4],
  ])('takes %s', async (_name, mediaType, encode, within) => {
    const file = await encode(drawing()).toBuffer();
    const decoded = await decodePicture(file);
    expect(decoded).toMatchObject({ mediaType, width: 240, height: 160 });
    expect(decoded.raster).toMatchObject({ width: 240, height: 160 });
    expect(decoded.raster.pixels).toHaveLength(240 * 160 * 3);
    expectDrawing(decoded.raster, within);
  });

  it('takes greyscale, 16-bit greyscale and one-bit pictures as sRGB', async () => {
    const grey = drawing().greyscale();
    for (const file of [
      await grey.clone().png().toBuffer(),
      await grey.clone().toColourspace('grey16').png().toBuffer(),
      await grey.clone().threshold(100).tiff({ bitdepth: 1, compression: 'deflate' }).toBuffer(),
    ]) {
      const { raster } = await decodePicture(file);
      expect(raster.pixels).toHaveLength(240 * 160 * 3);
      const [red, green, blue] = colourAt(raster, 0.2, 0.7);
      expect([green, blue]).toEqual([red, red]);
    }
  });

  it('lays transparency on white', async () => {
    const glass = { create: { width: 64, height: 64, channels: 4, background: '#00000000' } } as const;
    expectColour(
      (await decodePicture(await sharp(glass).png().toBuffer())).raster,
      0.5,
      0.5,
      [255, 255, 255],
      0,
    );
  });

  it.each([2, 3, 4, 5, 6, 7, 8])('turns a picture of EXIF orientation %i upright', async (orientation) => {
    // What each orientation does to a picture, undone before it is stored.
    const stored: Record<number, (picture: Sharp) => Sharp> = {
      2: (picture) => picture.flop(),
      3: (picture) => picture.rotate(180),
      4: (picture) => picture.flip(),
      5: (picture) => picture.flop().rotate(270),
      6: (picture) => picture.rotate(270),
      7: (picture) => picture.flop().rotate(90),
      8: (picture) => picture.rotate(90),
    };
    const upright = sharp(await drawing().png().toBuffer());
    const turned = stored[orientation]?.(upright) ?? upright;
    const file = await sharp(await turned.png().toBuffer())
      .withMetadata({ orientation })
      .jpeg({ quality: 95 })
      .toBuffer();
    const decoded = await decodePicture(file);
    expect(decoded).toMatchObject({ width: 240, height: 160 });
    expectDrawing(decoded.raster, 12);
  });

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp]>([
    ['no bytes', () => new Uint8Array(), /empty/],
    ['a text', () => Buffer.from('this is not a picture'), /no JPEG, PNG, WebP or TIFF/],
    [
      'an SVG',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'),
      /no JPEG/,
    ],
    ['a PDF', () => Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'), /no JPEG/],
    ['a GIF', () => drawing().gif().toBuffer(), /no JPEG/],
    ['an AVIF', () => drawing().avif().toBuffer(), /no JPEG/],
    [
      'a JPEG that is none',
      () => Buffer.concat([Buffer.from('ffd8ff', 'hex'), Buffer.alloc(5000, 1)]),
      /decoded/,
    ],
    ['a PNG of one by one pixel', () => drawing(1, 1).png().toBuffer(), /1 x 1 pixels, too small/],
    ['a PNG 31 pixels high', () => drawing(400, 31).png().toBuffer(), /too small/],
    ['a PNG 30,000 pixels wide', () => plainPng(30_000, 100), /30000 x 100 pixels, too large/],
    [
      'a PNG that unpacks to 225 million pixels',
      () => plainPng(15_000, 15_000),
      /15000 x 15000 pixels, too large/,
    ],
    ['a file of more than 64 MiB', () => new Uint8Array(MAX_PICTURE_BYTES + 1), /bytes, more than/],
    [
      'an animation',
      async () => {
        const frames = [
          await drawing(64, 64).png().toBuffer(),
          await drawing(64, 64).flop().png().toBuffer(),
        ];
        return sharp(frames, { join: { animated: true } })
          .webp()
          .toBuffer();
      },
      /animation of 2/,
    ],
  ])('refuses %s', async (_name, make, problem) => {
    const error = await refusalOf(await make());
    expect(error).toMatchObject({ code: 'INVALID_INPUT', field: 'picture' });
    expect(error.problem).toMatch(problem);
    expect(error.remedy).not.toBe('');
  });

  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)('refuses a truncated %s', async (format) => {
    const noise = Buffer.from(Array.from({ length: 300 * 300 * 3 }, (_, i) => (i * i * 7919) % 251));
    const file = await sharp(noise, { raw: { width: 300, height: 300, channels: 3 } })
      .toFormat(format)
      .toBuffer();
    for (const share of [0.2, 0.5, 0.9]) {
      const error = await refusalOf(file.subarray(0, Math.floor(file.length * share)));
      expect(error).toMatchObject({ code: 'INVALID_INPUT', field: 'picture' });
      expect(error.problem).toMatch(/damaged or truncated/);
    }
  });

  it('decodes or refuses a damaged file, and nothing else', async () => {
    const files = await Promise.all(
      (['jpeg', 'png', 'webp', 'tiff'] as const).map((format) => drawing().toFormat(format).toBuffer()),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), {
          minLength: 1,
          maxLength: 8,
        }),
        async (file, changes) => {
          const changed = Uint8Array.from(file);
          for (const [where, value] of changes) changed[Math.floor(where * changed.length)] = value;
          try {
            const { raster } = await decodePicture(changed);
            expect(raster.pixels).toHaveLength(raster.width * raster.height * 3);
          } catch (error) {
            expect(error).toMatchObject({ name: 'RegistryError', code: 'INVALID_INPUT', field: 'picture' });
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
