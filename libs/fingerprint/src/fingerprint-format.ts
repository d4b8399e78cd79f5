import { crc32 } from 'node:zlib';
import { FINGERPRINT_HEAD_BYTES, MAX_FINGERPRINT_BYTES, type Fingerprint } from '#libs/registry';
import { readFeatures, writeFeatures } from './features-part.js';
import { refusal } from './format-refusal.js';
import { readRepeat, writeRepeat } from './repeat-part.js';

/**
 * The byte form of a fingerprint; every number is little-endian:
 *
 *   "WFP", version (1 byte), model digest (32 bytes),
 *   parts in strictly ascending order of tag: tag (2 bytes), length (4 bytes), that many bytes,
 *   CRC-32 of all bytes before it (4 bytes).
 *
 * The first FINGERPRINT_HEAD_BYTES are the fingerprint's head: they end with the embedding, which is the first part.
 *
 * Tag 1 is the embedding, EMBEDDING_DIMENSION f32 values; tag 2 the local features (features-part.ts); tag 3 the repeat unit
 * (repeat-part.ts), absent where nothing repeats. A reader passes over tags that it does not know. With every feature and a
 * repeat it has 15,712 bytes.
 */
export const FORMAT_VERSION = 2;

/** Differs from the second in that it has no other part than the embedding; stored by the first release. */
const FIRST_FORMAT_VERSION = 1;

/** Values of one embedding. */
export const EMBEDDING_DIMENSION = 256;

const MAGIC = Buffer.from('WFP', 'latin1');
const DIGEST_AT = MAGIC.length + 1;
const PARTS_AT = DIGEST_AT + 32;
const PART_HEADER_BYTES = 6;
const TRAILER_BYTES = 4;
const EMBEDDING_TAG = 1;
const FEATURES_TAG = 2;
const REPEAT_TAG = 3;
const EMBEDDING_BYTES = EMBEDDING_DIMENSION * Float32Array.BYTES_PER_ELEMENT;
const LENGTH_TOLERANCE = 1e-4;

/**
 * The fingerprint's bytes, at most MAX_FINGERPRINT_BYTES; equal fingerprints give equal bytes, and so does what is read back
 * from them. Coordinates, scales and angles are rounded to their steps.
 * @throws RegistryError INVALID_INPUT (field "fingerprint") for a digest of another form, an embedding of wrong length, not
 *   finite or not normalised, and features or a repeat out of their bounds
 */
export function encodeFingerprint({ modelDigest, embedding, features, repeat }: Fingerprint): Uint8Array {
  const digest = /^sha256:([0-9a-f]{64})$/.exec(modelDigest)?.[1];
  if (digest === undefined) throw refusal('its model digest is not "sha256:" and 64 hex digits');
  return closed([
    MAGIC,
    Buffer.of(FORMAT_VERSION),
    Buffer.from(digest, 'hex'),
    ...part(EMBEDDING_TAG, writeEmbedding(embedding)),
    ...part(FEATURES_TAG, writeFeatures(features)),
    ...(repeat ? part(REPEAT_TAG, writeRepeat(repeat)) : []),
  ]);
}

/**
 * Reads a fingerprint that anybody may have sent.
 * @param input at most MAX_FINGERPRINT_BYTES
 * @throws RegistryError INVALID_INPUT (field "fingerprint") for anything that `encodeFingerprint`, or a later minor
 *   extension of it by further parts, would not write
 */
export function decodeFingerprint(input: Uint8Array): Fingerprint {
  const { modelDigest, parts } = open(input, FORMAT_VERSION);
  const embedding = readEmbedding(parts.get(EMBEDDING_TAG));
  const features = parts.get(FEATURES_TAG);
  if (features === undefined) throw refusal('it has no local features');
  const repeat = parts.get(REPEAT_TAG);
  return {
    modelDigest,
    embedding,
    features: readFeatures(features),
    repeat: repeat === undefined ? null : readRepeat(repeat),
  };
}

/**
 * The same fingerprint, of any format version so far, without its repeat unit, which is what gives most of the picture away.
 * @throws RegistryError INVALID_INPUT (field "fingerprint") for bytes that are damaged
 */
export function withoutRepeat(input: Uint8Array): Uint8Array {
  const { parts } = open(input, FIRST_FORMAT_VERSION);
  if (!parts.has(REPEAT_TAG)) return input;
  const kept = [...parts].filter(([tag]) => tag !== REPEAT_TAG);
  return closed([
    Buffer.from(input.subarray(0, PARTS_AT)),
    ...kept.flatMap(([tag, bytes]) => part(tag, bytes)),
  ]);
}

/**
 * The part of a fingerprint that an index holds, in any format version so far; whatever else it has is not looked into.
 * @throws RegistryError INVALID_INPUT (field "fingerprint") for bytes that are damaged or hold no sound embedding
 */
export function decodeEmbedding(input: Uint8Array): Pick<Fingerprint, 'modelDigest' | 'embedding'> {
  const { modelDigest, parts } = open(input, FIRST_FORMAT_VERSION);
  return { modelDigest, embedding: readEmbedding(parts.get(EMBEDDING_TAG)) };
}

/**
 * The same from the head of a fingerprint that this program stored, or from all of it. What follows the head is not looked at, so its
 * checksum is not either: the database's own guards what it stored.
 * @param input FINGERPRINT_HEAD_BYTES or more
 * @throws RegistryError INVALID_INPUT (field "fingerprint") for bytes that hold no sound embedding
 */
export function decodeFingerprintHead(input: Uint8Array): Pick<Fingerprint, 'modelDigest' | 'embedding'> {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  if (bytes.length < FINGERPRINT_HEAD_BYTES) throw refusal('it is truncated');
  readVersion(bytes, FIRST_FORMAT_VERSION);
  const parts = readParts(bytes.subarray(PARTS_AT, FINGERPRINT_HEAD_BYTES));
  return { modelDigest: readModelDigest(bytes), embedding: readEmbedding(parts.get(EMBEDDING_TAG)) };
}

/** Length, magic, version and checksum verified. @param oldest format version that will do */
function open(
  input: Uint8Array,
  oldest: number,
): { modelDigest: string; parts: ReadonlyMap<number, Buffer> } {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  if (bytes.length > MAX_FINGERPRINT_BYTES) {
    throw refusal(`it has ${bytes.length} bytes, more than ${MAX_FINGERPRINT_BYTES}`);
  }
  if (bytes.length < PARTS_AT + TRAILER_BYTES && bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw refusal('it is truncated');
  readVersion(bytes, oldest);
  const end = bytes.length - TRAILER_BYTES;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) {
    throw refusal('its checksum is wrong: it is truncated or damaged');
  }
  return {
    modelDigest: readModelDigest(bytes),
    parts: readParts(bytes.subarray(PARTS_AT, end)),
  };
}

/** @param oldest format version that will do */
function readVersion(bytes: Buffer, oldest: number): void {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw refusal('it does not begin with "WFP"');
  const version = bytes.readUInt8(MAGIC.length);
  if (version >= oldest && version <= FORMAT_VERSION) return;
  const read = oldest === FORMAT_VERSION ? `${oldest}` : `${oldest} to ${FORMAT_VERSION}`;
  throw refusal(`its format version is ${version}, this program reads ${read}`);
}

function readModelDigest(bytes: Buffer): string {
  return `sha256:${bytes.toString('hex', DIGEST_AT, PARTS_AT)}`;
}

/** All of a fingerprint's bytes, with their checksum behind them. */
function closed(body: readonly Buffer[]): Uint8Array {
  const bytes = Buffer.concat(body);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(crc32(bytes));
  return new Uint8Array(Buffer.concat([bytes, trailer]));
}

function part(tag: number, bytes: Buffer): Buffer[] {
  const header = Buffer.alloc(PART_HEADER_BYTES);
  header.writeUInt16LE(tag, 0);
  header.writeUInt32LE(bytes.length, 2);
  return [header, bytes];
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

function writeEmbedding(embedding: Float32Array): Buffer {
  if (embedding.length !== EMBEDDING_DIMENSION) {
    throw refusal(`its embedding has ${embedding.length} values, not ${EMBEDDING_DIMENSION}`);
  }
  assertUnitLength(embedding);
  const bytes = Buffer.alloc(EMBEDDING_BYTES);
  embedding.forEach((value, i) => bytes.writeFloatLE(value, i * Float32Array.BYTES_PER_ELEMENT));
  return bytes;
}

function readEmbedding(part: Buffer | undefined): Float32Array {
  if (part === undefined) throw refusal('it has no embedding');
  if (part.length !== EMBEDDING_BYTES) {
    throw refusal(`its embedding has ${part.length} bytes, not ${EMBEDDING_BYTES}`);
  }
  const embedding = new Float32Array(EMBEDDING_DIMENSION);
  for (let i = 0; i < EMBEDDING_DIMENSION; i += 1)
    embedding[i] = part.readFloatLE(i * Float32Array.BYTES_PER_ELEMENT);
  assertUnitLength(embedding);
  return embedding;
}

function assertUnitLength(embedding: Float32Array): void {
  let squares = 0;
  for (const value of embedding) squares += value * value;
  if (!Number.isFinite(squares)) throw refusal('its embedding has a value that is not finite');
  if (Math.abs(Math.sqrt(squares) - 1) > LENGTH_TOLERANCE) {
    throw refusal('its embedding is not normalised to length 1');
  }
}
