import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CELL_SIDE,
  DESCRIPTOR_LENGTH,
  emptyFeatures,
  FINGERPRINT_HEAD_BYTES,
  FRAME,
  MAX_FEATURES,
  MAX_FINGERPRINT_BYTES,
  RegistryError,
  type Fingerprint,
  type LocalFeatures,
  type RepeatUnit,
} from '#libs/registry';
import {
  decodeEmbedding,
  decodeFingerprintHead,
  decodeFingerprint,
  EMBEDDING_DIMENSION,
  encodeFingerprint,
  withoutRepeat,
} from './fingerprint-format.js';

const PARTS_AT = 36;
const modelDigest = `sha256:${'5a'.repeat(32)}`;

const embeddings = fc
  .array(fc.float({ min: -1, max: 1, noNaN: true }), {
    minLength: EMBEDDING_DIMENSION,
    maxLength: EMBEDDING_DIMENSION,
  })
  .filter((values) => Math.hypot(...values) > 1e-3)
  .map((values) => Float32Array.from(values, (value) => value / Math.hypot(...values)));

const digests = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `sha256:${Buffer.from(bytes).toString('hex')}`);

const featureSets: fc.Arbitrary<LocalFeatures> = fc
  .record({
    width: fc.integer({ min: 1, max: FRAME }),
    height: fc.integer({ min: 1, max: FRAME }),
    count: fc.integer({ min: 0, max: MAX_FEATURES }),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  })
  .map(({ width, height, count, seed }) => {
    let state = seed;
    const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    return {
      width,
      height,
      count,
      x: Float32Array.from({ length: count }, () => next() * width),
      y: Float32Array.from({ length: count }, () => next() * height),
      scale: Float32Array.from({ length: count }, () => 0.25 * 2 ** (next() * 9)),
      angle: Float32Array.from({ length: count }, () => next() * Math.PI),
      descriptors: Uint8Array.from({ length: count * DESCRIPTOR_LENGTH }, () => next() * 16),
      colours: Uint8Array.from({ length: count * 3 }, () => next() * 256),
    };
  });

const repeats: fc.Arbitrary<RepeatUnit> = fc
  .record({
    length: fc.double({ min: 4, max: 200, noNaN: true }),
    longer: fc.double({ min: 1, max: 2, noNaN: true }),
    turn: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
    between: fc.double({ min: Math.PI / 3, max: (2 * Math.PI) / 3, noNaN: true }),
    strength: fc.double({ min: 0, max: 1, noNaN: true }),
    cell: fc.uint8Array({ minLength: CELL_SIDE ** 2, maxLength: CELL_SIDE ** 2 }),
  })
  .map(({ length, longer, turn, between, strength, cell }) => ({
    a: [length * Math.cos(turn), length * Math.sin(turn)],
    b: [length * longer * Math.cos(turn + between), length * longer * Math.sin(turn + between)],
    strength,
    cell,
  }));

const fingerprints: fc.Arbitrary<Fingerprint> = fc.record({
  modelDigest: digests,
  embedding: embeddings,
  features: featureSets,
  repeat: fc.option(repeats),
});

function unit(): Float32Array {
  return new Float32Array(EMBEDDING_DIMENSION).fill(1 / Math.sqrt(EMBEDDING_DIMENSION));
}

/** One feature in the middle of a frame of 384 x 200 pixels, and no repeat, but for `change`. */
function sample(change: Partial<Fingerprint> = {}): Fingerprint {
  return { modelDigest, embedding: unit(), features: oneFeature(), repeat: null, ...change };
}

function oneFeature(change: Partial<LocalFeatures> = {}): LocalFeatures {
  return {
    width: 384,
    height: 200,
    count: 1,
    x: Float32Array.of(192),
    y: Float32Array.of(100),
    scale: Float32Array.of(2),
    angle: Float32Array.of(1),
    descriptors: new Uint8Array(DESCRIPTOR_LENGTH).fill(7),
    colours: Uint8Array.of(200, 30, 30),
    ...change,
  };
}

function squares(change: Partial<RepeatUnit> = {}): RepeatUnit {
  return { a: [40, 0], b: [0, 40], strength: 0.8, cell: new Uint8Array(CELL_SIDE ** 2).fill(9), ...change };
}

/** The bytes of one part of an encoded fingerprint. */
function partOf(fingerprint: Fingerprint, wanted: number): Buffer {
  const bytes = Buffer.from(encodeFingerprint(fingerprint));
  for (let at = PARTS_AT; at < bytes.length - 4;) {
    const [tag, length] = [bytes.readUInt16LE(at), bytes.readUInt32LE(at + 2)];
    if (tag === wanted) return Buffer.from(bytes.subarray(at + 6, at + 6 + length));
    at += 6 + length;
  }
  throw new Error(`there is no part ${wanted}`);
}

/** `sample` with one part changed behind a right checksum. */
function withPart(tag: 2 | 3, change: (part: Buffer) => Buffer): Uint8Array {
  const fingerprint = sample({ repeat: squares() });
  return assemble(
    [1, 2, 3].map((one) => {
      const bytes = partOf(fingerprint, one);
      return { tag: one, bytes: one === tag ? change(bytes) : bytes };
    }),
  );
}

/** A fingerprint of the first format version. */
function firstVersion(): Uint8Array {
  const first = Buffer.from(assemble([{ tag: 1, bytes: floats(unit()) }]));
  first.writeUInt8(1, 3);
  return sealed(first.subarray(0, -4));
}

/** A fingerprint of the given parts, its checksum right. */
function assemble(parts: readonly { tag: number; bytes: Uint8Array }[]): Uint8Array {
  const head = Buffer.from(encodeFingerprint(sample())).subarray(0, PARTS_AT);
  return sealed(
    Buffer.concat([
      head,
      ...parts.flatMap(({ tag, bytes }) => {
        const header = Buffer.alloc(6);
        header.writeUInt16LE(tag, 0);
        header.writeUInt32LE(bytes.length, 2);
        return [header, bytes];
      }),
    ]),
  );
}

function sealed(body: Buffer): Uint8Array {
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32LE(crc32(body));
  return Buffer.concat([body, trailer]);
}

function floats(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer.slice(0));
}

function refusalOf(bytes: Uint8Array): RegistryError {
  try {
    decodeFingerprint(bytes);
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a fingerprint as bytes', () => {
  it('comes back as it was written, within the steps of its numbers, and is then written in the same bytes', () => {
    fc.assert(
      fc.property(fingerprints, (fingerprint) => {
        const bytes = encodeFingerprint(fingerprint);
        expect(bytes.length).toBeLessThanOrEqual(MAX_FINGERPRINT_BYTES);
        const back = decodeFingerprint(bytes);
        expect(Buffer.from(encodeFingerprint(back)).equals(bytes)).toBe(true);
        expect(back.modelDigest).toBe(fingerprint.modelDigest);
        expect(back.embedding).toEqual(fingerprint.embedding);
        expectNear(back.features, fingerprint.features);
        expect(back.repeat === null).toBe(fingerprint.repeat === null);
        expect(back.repeat?.cell).toEqual(fingerprint.repeat?.cell);
        expect(back.repeat?.a.map(Math.fround)).toEqual(fingerprint.repeat?.a.map(Math.fround));
        expect(decodeEmbedding(bytes)).toEqual({
          modelDigest: fingerprint.modelDigest,
          embedding: fingerprint.embedding,
        });
      }),
    );
  });

  it('is of 15,712 bytes with all that it can hold', () => {
    const count = MAX_FEATURES;
    const most = encodeFingerprint(
      sample({
        features: {
          ...oneFeature(),
          count,
          x: new Float32Array(count).fill(384),
          y: new Float32Array(count).fill(200),
          scale: new Float32Array(count).fill(138),
          angle: new Float32Array(count).fill(Math.PI),
          descriptors: new Uint8Array(count * DESCRIPTOR_LENGTH).fill(15),
          colours: new Uint8Array(count * 3).fill(255),
        },
        repeat: squares(),
      }),
    );
    expect(most).toHaveLength(15_712);
    expect(decodeFingerprint(most).features.angle[0]).toBe(0);
  });

  it('is the same but for the repeat unit when sent without it, also if it has parts that this version does not know', () => {
    fc.assert(
      fc.property(fingerprints, (fingerprint) => {
        const sent = withoutRepeat(encodeFingerprint(fingerprint));
        expect(Buffer.from(sent)).toEqual(Buffer.from(encodeFingerprint({ ...fingerprint, repeat: null })));
      }),
      { numRuns: 30 },
    );
    const later = { tag: 9, bytes: Uint8Array.of(1, 2, 3) };
    const parts = [
      { tag: 1, bytes: floats(unit()) },
      { tag: 3, bytes: Uint8Array.of(0) },
    ];
    expect(withoutRepeat(assemble([...parts, later]))).toEqual(
      new Uint8Array(assemble([...parts.slice(0, 1), later])),
    );
  });

  it('is refused, and nothing worse, when any byte of it is changed', () => {
    const bytes = encodeFingerprint(sample());
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(refusalOf(changed)).toMatchObject({ code: 'INVALID_INPUT', field: 'fingerprint' });
      }),
      { numRuns: 500 },
    );
  });

  it('is refused when cut short or made longer', () => {
    const bytes = encodeFingerprint(sample());
    for (let length = 0; length < bytes.length; length++) {
      expect(refusalOf(bytes.subarray(0, length)).code).toBe('INVALID_INPUT');
    }
    expect(refusalOf(Buffer.concat([bytes, Buffer.alloc(1)])).code).toBe('INVALID_INPUT');
  });

  it('is refused with a reason whatever stands behind a right checksum', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), (tail) => {
        const head = Buffer.from(encodeFingerprint(sample())).subarray(0, PARTS_AT);
        expect(refusalOf(sealed(Buffer.concat([head, tail]))).field).toBe('fingerprint');
      }),
    );
  });

  it('may carry parts that this version does not know', () => {
    const later = assemble([
      { tag: 1, bytes: floats(unit()) },
      { tag: 2, bytes: partOf(sample(), 2) },
      { tag: 9, bytes: Buffer.alloc(5000, 7) },
    ]);
    expect(decodeFingerprint(later)).toEqual(decodeFingerprint(encodeFingerprint(sample())));
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['nothing', () => new Uint8Array(), /WFP/],
    ['another magic', () => Buffer.from('PNG, not a fingerprint'), /WFP/],
    ['too many bytes', () => assemble([{ tag: 1, bytes: Buffer.alloc(MAX_FINGERPRINT_BYTES) }]), /more than/],
    ['no embedding', () => assemble([]), /no embedding/],
    [
      'two embeddings',
      () =>
        assemble([
          { tag: 1, bytes: floats(unit()) },
          { tag: 1, bytes: floats(unit()) },
        ]),
      /twice/,
    ],
    ['an embedding too short', () => assemble([{ tag: 1, bytes: Buffer.alloc(8) }]), /8 bytes, not 1024/],
    ['NaN', () => assemble([{ tag: 1, bytes: floats(unit().fill(NaN, 3, 4)) }]), /not finite/],
    ['infinity', () => assemble([{ tag: 1, bytes: floats(unit().fill(Infinity, 3, 4)) }]), /not finite/],
    ['length 2', () => assemble([{ tag: 1, bytes: floats(unit().map((v) => 2 * v)) }]), /not normalised/],
    ['zeros', () => assemble([{ tag: 1, bytes: floats(unit().fill(0)) }]), /not normalised/],
    [
      'a later version',
      () => {
        const bytes = Buffer.from(encodeFingerprint(sample()));
        bytes.writeUInt8(3, 3);
        return sealed(bytes.subarray(0, -4));
      },
      /version is 3/,
    ],
    ['no features', () => assemble([{ tag: 1, bytes: floats(unit()) }]), /no local features/],
  ])('is refused with %s', (_name, bytes, problem) => {
    const error = refusalOf(bytes());
    expect(error).toMatchObject({ code: 'INVALID_INPUT', field: 'fingerprint' });
    expect(error.problem).toMatch(problem);
    expect(error.remedy).not.toBe('');
  });

  it('gives its embedding by its head alone, in every version', () => {
    for (const whole of [encodeFingerprint(sample()), firstVersion()]) {
      const head = whole.slice(0, FINGERPRINT_HEAD_BYTES);
      expect(decodeFingerprintHead(head)).toEqual(decodeEmbedding(whole));
      expect(decodeFingerprintHead(whole)).toEqual(decodeEmbedding(whole));
      expect(() => decodeFingerprintHead(head.subarray(0, -1))).toThrow(/truncated/);
      expect(() => decodeFingerprintHead(head.fill(0, 50, 90))).toThrow(/not normalised/);
      expect(() => decodeFingerprintHead(head.fill(0, 0, 1))).toThrow(/"WFP"/);
    }
  });

  it('gives its embedding whatever stands in its other parts', () => {
    expect(decodeEmbedding(withPart(2, () => Buffer.alloc(3))).embedding).toEqual(unit());
    expect(() => decodeEmbedding(assemble([]))).toThrow(/no embedding/);
  });

  it('gives its embedding from the first format version, whose fingerprints registries still hold, and nothing more', () => {
    const bytes = firstVersion();
    expect(decodeEmbedding(bytes).embedding).toEqual(unit());
    expect(refusalOf(bytes).problem).toMatch(/version is 1, this program reads 2$/);
    const none = Buffer.from(bytes);
    none.writeUInt8(0, 3);
    expect(() => decodeEmbedding(sealed(none.subarray(0, -4)))).toThrow(/version is 0, .* reads 1 to 2/);
  });

  it.each<[string, Partial<Fingerprint>, RegExp]>([
    ['a vector of wrong length', { embedding: new Float32Array(128).fill(1) }, /128 values/],
    ['a vector with NaN', { embedding: unit().fill(NaN, 0, 1) }, /not finite/],
    ['a vector that is not normalised', { embedding: unit().map((value) => value * 1.01) }, /normalised/],
    ['a digest in another form', { modelDigest: 'md5:00' }, /model digest/],
    ['301 features', { features: { ...emptyFeatures(9, 9), count: 301 } }, /301 local features/],
    ['a strength under 0', { repeat: squares({ strength: -0.1 }) }, /strength is -0.1/],
  ])('is never written of %s', (_name, change, problem) => {
    expect(() => encodeFingerprint(sample(change))).toThrow(RegistryError);
    expect(() => encodeFingerprint(sample(change))).toThrow(problem);
  });
});

function expectNear(back: LocalFeatures, written: LocalFeatures): void {
  const { width, height, count } = written;
  expect(back).toMatchObject({ width, height, count });
  expect(back.descriptors).toEqual(written.descriptors);
  for (let place = 0; place < count; place += 1) {
    const off = (name: 'x' | 'y') => Math.abs((back[name][place] ?? NaN) - (written[name][place] ?? NaN));
    expect(Math.max(off('x'), off('y'))).toBeLessThanOrEqual(1 / 128);
    const ratio = (back.scale[place] ?? NaN) / (written.scale[place] ?? NaN);
    expect(Math.abs(Math.log2(ratio))).toBeLessThanOrEqual(1 / 56 + 1e-6);
    const apart = Math.abs((back.angle[place] ?? NaN) - (written.angle[place] ?? NaN));
    expect(Math.min(apart, Math.PI - apart)).toBeLessThanOrEqual(Math.PI / 512 + 1e-6);
  }
}
