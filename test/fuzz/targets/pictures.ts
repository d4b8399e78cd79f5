import sharp, { type Sharp } from 'sharp';
import {
  decodeEmbedding,
  decodeFingerprint,
  decodeFingerprintHead,
  encodeFingerprint,
  readPicture,
  withoutRepeat,
} from '#libs/fingerprint';
import { composeDesign, drawPattern } from '#libs/pattern-drawing';
import { crc32 } from 'node:zlib';
import { mutateBytes } from '../mutate.js';
import { BrokenPromise, type OpenTarget } from '../target.js';

const SIDE = 96;

/** Picture files of every format and colour space that is read, each damaged in its bytes. */
export const picture: OpenTarget = async () => {
  const seeds = await pictureSeeds();
  return {
    name: 'picture',
    declared: ['RegistryError'],
    limitMs: 15_000,
    input: (random) => Promise.resolve(mutateBytes(random, random.of(seeds), random.of(seeds))),
    async read(input) {
      const { frame, pixels, width, height } = await readPicture(input);
      if (frame.pixels.length !== frame.width * frame.height * 3)
        throw new BrokenPromise('a frame of another size');
      const side = Math.sqrt(pixels.length / 3);
      if (!Number.isInteger(side) || !(side >= 128 && side <= 512 && width >= 32 && height >= 32))
        throw new BrokenPromise('sizes out of bounds');
    },
  };
};

async function pictureSeeds(): Promise<Buffer[]> {
  const drawn = sharp(await drawPattern(composeDesign(7), { width: SIDE, height: SIDE }));
  const forms: Sharp[] = [
    drawn.clone().jpeg({ quality: 60 }),
    drawn.clone().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
    drawn.clone().withMetadata({ orientation: 6 }).jpeg(),
    drawn.clone().toColourspace('cmyk').jpeg(),
    drawn.clone().greyscale().jpeg(),
    drawn.clone().png(),
    drawn.clone().png({ palette: true }),
    drawn.clone().png({ progressive: true }),
    drawn.clone().toColourspace('rgb16').png(),
    drawn.clone().ensureAlpha(0.5).png(),
    drawn.clone().webp({ quality: 50 }),
    drawn.clone().webp({ lossless: true }),
    drawn.clone().ensureAlpha(0.3).webp(),
    drawn.clone().tiff({ compression: 'lzw', predictor: 'horizontal' }),
    drawn.clone().tiff({ compression: 'jpeg' }),
    drawn.clone().tiff({ tile: true, tileWidth: 32, tileHeight: 32, compression: 'deflate', pyramid: true }),
    drawn.clone().tiff({ compression: 'none' }),
  ];
  return Promise.all(forms.map((form) => form.toBuffer()));
}

/** Fingerprints of every part and version, damaged and given the checksum that fits. */
export const fingerprint: OpenTarget = async () => {
  const seeds = fingerprintSeeds();
  const readers: readonly Reader[] = [
    decodeFingerprint,
    decodeEmbedding,
    decodeFingerprintHead,
    withoutRepeat,
  ];
  return {
    name: 'fingerprint',
    declared: ['RegistryError'],
    limitMs: 500,
    input(random) {
      const bytes = mutateBytes(random, random.of(seeds), random.of(seeds));
      return Promise.resolve(random.oneIn(8) ? bytes : withChecksum(bytes));
    },
    async read(input) {
      const failures = readers.flatMap((reader) => failureOf(() => readAndCompare(reader, input)));
      const worst = failures.find(({ name }) => name !== 'RegistryError') ?? failures[0];
      if (worst) throw worst;
    },
  };
};

type Reader = (input: Uint8Array) => unknown;

function readAndCompare(reader: Reader, input: Uint8Array): void {
  const read = reader(input);
  if (reader === decodeFingerprint) assertComesBack(decodeFingerprint(input));
  if (read instanceof Uint8Array && read.length > 16_384) throw new BrokenPromise('it grew over the limit');
}

function failureOf(work: () => void): Error[] {
  try {
    work();
    return [];
  } catch (error) {
    return [error instanceof Error ? error : new BrokenPromise(String(error))];
  }
}

function assertComesBack(read: ReturnType<typeof decodeFingerprint>): void {
  const again = encodeFingerprint(read);
  if (!Buffer.from(encodeFingerprint(decodeFingerprint(again))).equals(again))
    throw new BrokenPromise('it does not come back the same');
}

function withChecksum(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 8) return bytes;
  const closed = Buffer.from(bytes);
  closed.writeUInt32LE(crc32(closed.subarray(0, -4)), closed.length - 4);
  return closed;
}

function fingerprintSeeds(): Uint8Array[] {
  const digest = (fill: number) => Buffer.alloc(32, fill);
  const embedding = Buffer.alloc(1_024);
  for (let i = 0; i < 256; i++) embedding.writeFloatLE(1 / 16, i * 4);
  const features = (count: number) => {
    const header = Buffer.alloc(6);
    [384, 200, count].forEach((value, place) => header.writeUInt16LE(value, place * 2));
    return Buffer.concat([header, Buffer.alloc(count * 41, 0x11)]);
  };
  const repeat = Buffer.alloc(20 + 48 * 48, 9);
  [40, 0, 0, 40, 0.5].forEach((value, place) => repeat.writeFloatLE(value, place * 4));
  const make = (version: number, ...parts: [number, Buffer][]) => {
    const body = parts.flatMap(([tag, bytes]) => {
      const header = Buffer.alloc(6);
      header.writeUInt16LE(tag);
      header.writeUInt32LE(bytes.length, 2);
      return [header, bytes];
    });
    return withChecksum(
      Buffer.concat([Buffer.from('WFP'), Buffer.of(version), digest(7), ...body, Buffer.alloc(4)]),
    );
  };
  return [
    make(2, [1, embedding], [2, features(0)]),
    make(2, [1, embedding], [2, features(3)], [3, repeat]),
    make(2, [1, embedding], [2, features(300)], [3, repeat], [9, Buffer.from('later')]),
    make(1, [1, embedding]),
  ];
}

/** For the seeds' own test: how many of them are read. */
export async function readableSeeds(): Promise<{ pictures: number; fingerprints: number }> {
  const good = async (read: () => unknown) =>
    Promise.resolve()
      .then(read)
      .then(
        () => 1,
        () => 0,
      );
  const pictures = await Promise.all((await pictureSeeds()).map((seed) => good(() => readPicture(seed))));
  const fingerprints = await Promise.all(fingerprintSeeds().map((seed) => good(() => decodeEmbedding(seed))));
  const sum = (list: number[]) => list.reduce((total, one) => total + one, 0);
  return { pictures: sum(pictures), fingerprints: sum(fingerprints) };
}
