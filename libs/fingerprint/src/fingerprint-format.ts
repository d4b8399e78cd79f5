import { crc32 } from 'node:zlib';
import { MAX_FINGERPRINT_BYTES, RegistryError } from '#libs/registry';

/**
 * The byte form of a fingerprint; every number is little-endian:
 *
 *   "WFP", version (1 byte), model digest (32 bytes),
 *   parts in strictly ascending order of tag: tag (2 bytes), length (4 bytes), that many bytes,
 *   CRC-32 of all bytes before it (4 bytes).
 *
 * Tag 1 is the embedding, EMBEDDING_DIMENSION f32 values. A reader passes over tags that it does not know.
 */
export const FORMAT_VERSION = 1;

/** Values of one embedding. */
export const EMBEDDING_DIMENSION = 256;

/** A picture's fingerprint as the program holds it. */
export interface Fingerprint {
  /** "sha256:" and 64 hex digits: the model and preprocessing that made it. */
  readonly modelDigest: string;
  /** EMBEDDING_DIMENSION finite values of Euclidean length 1. */
  readonly embedding: Float32Array;
}

const MAGIC = Buffer.from('WFP', 'latin1');
const DIGEST_AT = MAGIC.length + 1;
const PARTS_AT = DIGEST_AT + 32;
const PART_HEADER_BYTES = 6;
const TRAILER_BYTES = 4;
const EMBEDDING_TAG = 1;
const EMBEDDING_BYTES = EMBEDDING_DIMENSION * Float32Array.BYTES_PER_ELEMENT;
const LENGTH_TOLERANCE = 1e-4;

/**
 * The fingerprint's bytes; equal fingerprints give equal bytes.
 * @throws RegistryError INVALID_INPUT for a digest of another form, or an embedding of wrong length, not finite or not normalised
 */
export function encodeFingerprint(fingerprint: Fingerprint): Uint8Array {
  const digest = /^sha256:([0-9a-f]{64})$/.exec(fingerprint.modelDigest)?.[1];
  if (digest === undefined) throw refusal('its model digest is not "sha256:" and 64 hex digits');
  if (fingerprint.embedding.length !== EMBEDDING_DIMENSION) {
    throw refusal(`its embedding has ${fingerprint.embedding.length} values, not ${EMBEDDING_DIMENSION}`);
  }
  assertUnitLength(fingerprint.embedding);

  const bytes = Buffer.alloc(PARTS_AT + PART_HEADER_BYTES + EMBEDDING_BYTES + TRAILER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt8(FORMAT_VERSION, MAGIC.length);
  bytes.write(digest, DIGEST_AT, 'hex');
  bytes.writeUInt16LE(EMBEDDING_TAG, PARTS_AT);
  bytes.writeUInt32LE(EMBEDDING_BYTES, PARTS_AT + 2);
  fingerprint.embedding.forEach((value, i) =>
    bytes.writeFloatLE(value, PARTS_AT + PART_HEADER_BYTES + i * Float32Array.BYTES_PER_ELEMENT),
  );
  const end = bytes.length - TRAILER_BYTES;
  bytes.writeUInt32LE(crc32(bytes.subarray(0, end)), end);
  return new Uint8Array(bytes);
}

/**
 * Reads a fingerprint that anybody may have sent.
 * @param input at most MAX_FINGERPRINT_BYTES
 * @throws RegistryError INVALID_INPUT (field "fingerprint") for anything that `encodeFingerprint`, or a later minor
 *   extension of it by further parts, would not write
 */
export function decodeFingerprint(input: Uint8Array): Fingerprint {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  if (bytes.length > MAX_FINGERPRINT_BYTES) {
    throw refusal(`it has ${bytes.length} bytes, more than ${MAX_FINGERPRINT_BYTES}`);
  }
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw refusal('it does not begin with "WFP"');
  if (bytes.length < PARTS_AT + TRAILER_BYTES) throw refusal('it is truncated');
  const version = bytes.readUInt8(MAGIC.length);
  if (version !== FORMAT_VERSION) {
    throw refusal(`its format version is ${version}, this program reads ${FORMAT_VERSION}`);
  }
  const end = bytes.length - TRAILER_BYTES;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) {
    throw refusal('its checksum is wrong: it is truncated or damaged');
  }
  return {
    modelDigest: `sha256:${bytes.toString('hex', DIGEST_AT, PARTS_AT)}`,
    embedding: readEmbedding(readParts(bytes.subarray(PARTS_AT, end)).get(EMBEDDING_TAG)),
  };
}

function readParts(bytes: Buffer): Map<number, Buffer> {
  const parts = new Map<number, Buffer>();
  let lastTag = -1;
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < PART_HEADER_BYTES) throw refusal('its last part is truncated');
    const tag = bytes.readUInt16LE(at);
    const length = bytes.readUInt32LE(at + 2);
    if (tag <= lastTag) throw refusal(`its part ${tag} stands twice or out of order`);
    at += PART_HEADER_BYTES;
    if (length > bytes.length - at) throw refusal(`its part ${tag} is truncated`);
    parts.set(tag, bytes.subarray(at, at + length));
    at += length;
    lastTag = tag;
  }
  return parts;
}

function readEmbedding(part: Buffer | undefined): Float32Array {
  if (part === undefined) throw refusal('it has no embedding');
  if (part.length !== EMBEDDING_BYTES) {
    throw refusal(`its embedding has ${part.length} bytes, not ${EMBEDDING_BYTES}`);
  }
  const embedding = Float32Array.from({ length: EMBEDDING_DIMENSION }, (_, i) =>
    part.readFloatLE(i * Float32Array.BYTES_PER_ELEMENT),
  );
  assertUnitLength(embedding);
  return embedding;
}

function assertUnitLength(embedding: Float32Array): void {
  const squares = embedding.reduce((sum, value) => sum + value * value, 0);
  if (!Number.isFinite(squares)) throw refusal('its embedding has a value that is not finite');
  if (Math.abs(Math.sqrt(squares) - 1) > LENGTH_TOLERANCE) {
    throw refusal('its embedding is not normalised to length 1');
  }
}

function refusal(problem: string): RegistryError {
  return new RegistryError(
    'INVALID_INPUT',
    'fingerprint',
    problem,
    'send the bytes that this version of the program makes of the picture',
  );
}
