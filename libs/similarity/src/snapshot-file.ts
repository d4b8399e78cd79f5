import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { REGISTRATION_STATES, RegistryError, type IndexEntry } from '#libs/registry';
import type { ExactIndex } from './exact-index.js';
import { Identifiers } from './identifiers.js';
import { BLOCK_ROWS, type StoredBlock, type StoredIdentifiers } from './stored-entries.js';

const MAGIC = Buffer.from('WEFT-INDEX-1\n', 'latin1');
/** Entries written and read at a time. */
const PART = BLOCK_ROWS;
const MAX_HEADER_BYTES = 4096;
const MAX_OTHERS_BYTES = 2 ** 24;
const DIGEST_BYTES = 32;

interface Header {
  readonly modelDigest: string;
  readonly dimension: number;
  readonly entries: number;
  /** The registry change that the index had reached when the writing began. */
  readonly position: number;
}

/**
 * Writes what an index holds into a file: "WEFT-INDEX-1" and a line end, a header, parts of up to 1,024 entries, the SHA-256 of all
 * before it. The file takes its place when it is whole and on the disk, and not before. Searches and changes go on meanwhile: an entry that
 * is changed after the writing began may be in the file as it was or as it is, and is read again from the registry either way, since
 * its change lies after the header's position.
 * @param stop ends the writing; what stood at `file` stays then
 */
export async function writeSnapshot(index: ExactIndex, file: string, stop?: AbortSignal): Promise<void> {
  const { modelDigest, dimension, size: entries, position } = index;
  const header: Header = { modelDigest, dimension, entries, position };
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.unfinished`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    const hash = createHash('sha256');
    const write = async (bytes: Uint8Array) => {
      hash.update(bytes);
      await handle.writeFile(bytes);
    };
    await write(Buffer.concat([MAGIC, counted(JSON.stringify(header))]));
    for (let from = 0; from < entries; from += PART) {
      stop?.throwIfAborted();
      for (const bytes of partOf(index.entriesOf(from, Math.min(entries, from + PART)), dimension))
        await write(bytes);
    }
    await handle.writeFile(hash.digest());
    await handle.sync();
    await handle.close();
    await rename(unfinished, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

/**
 * Fills an empty index from a file, and moves it to the file's position.
 * @throws Error saying what is wrong with the file: not there, of another model, damaged or cut off; the index may hold some of it
 *   then, at position 0
 */
export async function readSnapshot(index: ExactIndex, file: string): Promise<void> {
  const handle = await open(file, 'r').catch(() => {
    throw new Error(`${file} is not there`);
  });
  try {
    const { size } = await handle.stat();
    const reader = new HashingReader(handle, createHash('sha256'), size - DIGEST_BYTES, file);
    if (!(await reader.bytes(MAGIC.length)).equals(MAGIC))
      throw new Error(`${file} is no index of this version`);
    const header = headerOf(await reader.counted(MAX_HEADER_BYTES), file);
    if (header.modelDigest !== index.modelDigest || header.dimension !== index.dimension)
      throw new Error(`${file} is of model ${header.modelDigest}`);
    for (let from = 0; from < header.entries; from += PART) {
      const block = await readPart(reader, Math.min(PART, header.entries - from), header.dimension, file);
      await index.adopt(block).catch((error: unknown) => {
        if (error instanceof RegistryError) throw error;
        throw new Error(`${file} is damaged: it has a vector that is none`, { cause: error });
      });
      await setImmediate();
    }
    await reader.assertEnd();
    await index.apply([], header.position);
  } finally {
    await handle.close();
  }
}

/** Vectors, states, registration ids and pattern ids (16 bytes each), and those that are no UUID by their place. */
function partOf(entries: readonly IndexEntry[], dimension: number): Uint8Array[] {
  const vectors = new Float32Array(entries.length * dimension);
  const states = new Uint8Array(entries.length);
  const registrations = new Identifiers();
  const patterns = new Identifiers();
  entries.forEach(({ registrationId, patternId, state, vector }, at) => {
    vectors.set(vector, at * dimension);
    states[at] = REGISTRATION_STATES.indexOf(state);
    registrations.set(at, registrationId);
    patterns.set(at, patternId);
  });
  const others = [registrations, patterns].map((ids) => Object.fromEntries(ids.others));
  return [
    new Uint8Array(vectors.buffer),
    states,
    registrations.bytes(entries.length),
    patterns.bytes(entries.length),
    counted(JSON.stringify(others)),
  ];
}

async function readPart(
  reader: HashingReader,
  count: number,
  dimension: number,
  file: string,
): Promise<StoredBlock> {
  const vectors = new Float32Array(PART * dimension);
  await reader.fill(new Uint8Array(vectors.buffer, 0, 4 * count * dimension));
  const states = new Uint8Array(PART);
  await reader.fill(states.subarray(0, count));
  if (states.some((state) => state >= REGISTRATION_STATES.length))
    throw new Error(`${file} is damaged: it has a state that there is not`);
  const [registrations, patterns] = [await reader.bytes(16 * count), await reader.bytes(16 * count)];
  const others: unknown = parsed(await reader.counted(MAX_OTHERS_BYTES), file);
  if (!Array.isArray(others)) throw new Error(`${file} is damaged`);
  return {
    count,
    vectors,
    states,
    registrations: identifiersOf(registrations, others[0], count, file),
    patterns: identifiersOf(patterns, others[1], count, file),
  };
}

function identifiersOf(bytes: Buffer, byPlace: unknown, count: number, file: string): StoredIdentifiers {
  if (typeof byPlace !== 'object' || byPlace === null) throw new Error(`${file} is damaged`);
  const others = new Map<number, string>();
  for (const [place, id] of Object.entries<unknown>({ ...byPlace })) {
    if (!(Number(place) < count) || typeof id !== 'string') throw new Error(`${file} is damaged`);
    others.set(Number(place), id);
  }
  return { bytes, others };
}

function headerOf(bytes: Buffer, file: string): Header {
  const header = parsed(bytes, file);
  if (typeof header === 'object' && header !== null)
    if ('modelDigest' in header && 'dimension' in header && 'entries' in header && 'position' in header) {
      const { modelDigest, dimension, entries, position } = header;
      if (typeof modelDigest === 'string' && isCount(dimension) && isCount(entries) && isCount(position))
        return { modelDigest, dimension, entries, position };
    }
  throw new Error(`${file} is damaged: its header lacks something`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parsed(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Error(`${file} is damaged`);
  }
}

/** Text behind its length in bytes (4 bytes, little-endian). */
function counted(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Reads a file from its beginning, never past `end`. */
class HashingReader {
  private at = 0;

  constructor(
    private readonly handle: FileHandle,
    private readonly hash: Hash,
    private readonly end: number,
    private readonly file: string,
  ) {}

  async bytes(length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    await this.fill(bytes);
    return bytes;
  }

  async counted(most: number): Promise<Buffer> {
    const length = (await this.bytes(4)).readUInt32LE();
    if (length > most) throw new Error(`${this.file} is damaged`);
    return this.bytes(length);
  }

  async fill(bytes: Uint8Array): Promise<void> {
    if (this.at + bytes.length > this.end) throw new Error(`${this.file} is cut off`);
    await this.read(bytes);
    this.hash.update(bytes);
  }

  /** @throws Error unless what was read is all, and its digest follows */
  async assertEnd(): Promise<void> {
    const digest = Buffer.alloc(DIGEST_BYTES);
    if (this.at !== this.end) throw new Error(`${this.file} is longer than it says`);
    await this.read(digest);
    if (!digest.equals(this.hash.digest())) throw new Error(`${this.file} is damaged: its digest is another`);
  }

  private async read(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesRead } = await this.handle.read(bytes, done, bytes.length - done, this.at);
      if (bytesRead === 0) throw new Error(`${this.file} is cut off`);
      done += bytesRead;
      this.at += bytesRead;
    }
  }
}

/** Makes a new name in a folder survive the machine's crash. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
