import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_FINGERPRINT_BYTES, RegistryError } from '#libs/registry';
import { decodeFingerprint, EMBEDDING_DIMENSION, encodeFingerprint } from './fingerprint-format.js';

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

function unit(): Float32Array {
  return new Float32Array(EMBEDDING_DIMENSION).fill(1 / Math.sqrt(EMBEDDING_DIMENSION));
}

/** A fingerprint of the given parts, its checksum right. */
function assemble(parts: readonly { tag: number; bytes: Uint8Array }[]): Uint8Array {
  const head = Buffer.from(encodeFingerprint({ modelDigest, embedding: unit() })).subarray(0, PARTS_AT);
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
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(digests, embeddings, (digest, embedding) => {
        const bytes = encodeFingerprint({ modelDigest: digest, embedding });
        expect(bytes.length).toBeLessThanOrEqual(MAX_FINGERPRINT_BYTES);
        const back = decodeFingerprint(bytes);
        expect(back.modelDigest).toBe(digest);
        expect(Buffer.from(back.embedding.buffer).equals(Buffer.from(embedding.buffer))).toBe(true);
      }),
    );
  });

  it('is refused, and nothing worse, when any byte of it is changed', () => {
    const bytes = encodeFingerprint({ modelDigest, embedding: unit() });
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
    const bytes = encodeFingerprint({ modelDigest, embedding: unit() });
    for (let length = 0; length < bytes.length; length++) {
      expect(refusalOf(bytes.subarray(0, length)).code).toBe('INVALID_INPUT');
    }
    expect(refusalOf(Buffer.concat([bytes, Buffer.alloc(1)])).code).toBe('INVALID_INPUT');
  });

  it('is refused with a reason whatever stands behind a right checksum', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), (tail) => {
        const head = Buffer.from(encodeFingerprint({ modelDigest, embedding: unit() })).subarray(0, PARTS_AT);
        expect(refusalOf(sealed(Buffer.concat([head, tail]))).field).toBe('fingerprint');
      }),
    );
  });

  it('may carry parts that this version does not know', () => {
    const later = assemble([
      { tag: 1, bytes: floats(unit()) },
      { tag: 2, bytes: Buffer.alloc(5000, 7) },
    ]);
    expect(decodeFingerprint(later).embedding).toEqual(unit());
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
        const bytes = Buffer.from(encodeFingerprint({ modelDigest, embedding: unit() }));
        bytes.writeUInt8(2, 3);
        return sealed(bytes.subarray(0, -4));
      },
      /version is 2/,
    ],
  ])('is refused with %s', (_name, bytes, problem) => {
    const error = refusalOf(bytes());
    expect(error).toMatchObject({ code: 'INVALID_INPUT', field: 'fingerprint' });
    expect(error.problem).toMatch(problem);
    expect(error.remedy).not.toBe('');
  });

  it.each<[string, string, Float32Array]>([
    ['a vector of wrong length', modelDigest, new Float32Array(128).fill(1)],
    ['a vector with NaN', modelDigest, unit().fill(NaN, 0, 1)],
    ['a vector that is not normalised', modelDigest, unit().map((value) => value * 1.01)],
    ['a digest in another form', 'md5:00', unit()],
  ])('is never written of %s', (_name, digest, embedding) => {
    expect(() => encodeFingerprint({ modelDigest: digest, embedding })).toThrow(RegistryError);
  });
});
