const CHUNK = 1024;
const ID_BYTES = 16;
const ID_LENGTH = 36;
const DASH = 0x2d;
/** Where a UUID has its dashes. */
const isDash = (at: number) => at === 8 || at === 13 || at === 18 || at === 23;
/** Where a UUID has the two digits of each byte. */
const PLACES = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34);
const DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/** Identifiers by slot: a UUID in 16 bytes, any other string as it is. */
export class Identifiers {
  private readonly chunks: Buffer[] = [];
  private readonly strings = new Map<number, string>();
  private text = dashedText(1);

  /**
   * Takes the identifiers of the next slots over.
   * @param from the first slot, a multiple of 1,024
   * @param bytes 16 for each of 1,024 slots at most
   * @param others those that are no UUIDs, by their place among these
   */
  append(from: number, bytes: Buffer, others: ReadonlyMap<number, string>): void {
    this.chunks[from / CHUNK] = Buffer.concat([bytes], CHUNK * ID_BYTES);
    for (const [at, id] of others) this.strings.set(from + at, id);
  }

  /** Those that are no UUIDs, by slot. */
  get others(): ReadonlyMap<number, string> {
    return this.strings;
  }

  get heldBytes(): number {
    return this.chunks.length * CHUNK * ID_BYTES;
  }

  /** 16 bytes for each of the first `count` slots. */
  bytes(count: number): Buffer {
    return Buffer.concat(this.chunks, count * ID_BYTES);
  }

  /** Sets the identifier of a slot that is taken or the next free one. */
  set(slot: number, id: string): void {
    const chunk = Math.floor(slot / CHUNK);
    const bytes = (this.chunks[chunk] ??= Buffer.alloc(CHUNK * ID_BYTES));
    if (writeUuid(id, bytes, (slot % CHUNK) * ID_BYTES)) {
      if (this.strings.size > 0) this.strings.delete(slot);
    } else this.strings.set(slot, id);
  }

  /** The identifier of a slot that is taken. */
  get(slot: number): string {
    return this.strings.get(slot) ?? this.uuids([slot])[0] ?? '';
  }

  /** The identifiers of slots that are taken, in their order. */
  many(slots: readonly number[]): string[] {
    const ids = this.uuids(slots);
    if (this.strings.size > 0)
      slots.forEach((slot, at) => (ids[at] = this.strings.get(slot) ?? ids[at] ?? ''));
    return ids;
  }

  /** As if every slot held a UUID: written in one piece, which is several times faster than one by one. */
  private uuids(slots: readonly number[]): string[] {
    if (this.text.length < slots.length * ID_LENGTH) this.text = dashedText(slots.length);
    const { text } = this;
    let to = 0;
    for (const slot of slots) {
      const bytes = this.chunks[Math.floor(slot / CHUNK)];
      const from = (slot % CHUNK) * ID_BYTES;
      for (let at = 0; at < ID_BYTES; at += 1) {
        const byte = bytes?.[from + at] ?? 0;
        const place = to + (PLACES[at] ?? 0);
        text[place] = DIGITS[byte >> 4] ?? 0;
        text[place + 1] = DIGITS[byte & 15] ?? 0;
      }
      to += ID_LENGTH;
    }
    const all = text.toString('latin1', 0, to);
    return slots.map((_, at) => all.slice(at * ID_LENGTH, (at + 1) * ID_LENGTH));
  }
}

/** Room for so many UUIDs, the dashes in their places. */
function dashedText(count: number): Buffer {
  return Buffer.from('00000000-0000-0000-0000-000000000000'.repeat(count), 'latin1');
}

/** Writes a UUID (lower case, as canonical) as 16 bytes. @returns false, and nothing of use written, if it is none */
function writeUuid(id: string, bytes: Buffer, start: number): boolean {
  if (id.length !== ID_LENGTH) return false;
  let to = start;
  for (let at = 0; at < ID_LENGTH; at += 1) {
    if (isDash(at)) {
      if (id.charCodeAt(at) !== DASH) return false;
      continue;
    }
    const high = digitOf(id.charCodeAt(at));
    const low = digitOf(id.charCodeAt(at + 1));
    if (high < 0 || low < 0) return false;
    bytes[to] = high * 16 + low;
    to += 1;
    at += 1;
  }
  return true;
}

/** Of a lower-case hex digit's character; -1 for any other. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}

const SHARDS = 256;
const FREE = -1;

/**
 * The slot of an identifier: hash tables of pairs (slot, hash), one of 256 growing at a time, so that growth makes no
 * search wait for long.
 */
export class SlotLookup {
  private readonly shards = Array.from({ length: SHARDS }, () => ({ pairs: emptyTable(8), used: 0 }));

  constructor(private readonly identifiers: Identifiers) {}

  get heldBytes(): number {
    return this.shards.reduce((sum, { pairs }) => sum + pairs.byteLength, 0);
  }

  /** The slot of an identifier, or undefined. */
  find(id: string): number | undefined {
    const hash = hashOf(id);
    const { pairs } = this.shard(hash);
    for (let at = home(pairs, hash); pairs[at] !== FREE; at = (at + 2) & (pairs.length - 1)) {
      const slot = pairs[at] ?? FREE;
      if (pairs[at + 1] === hash && this.identifiers.get(slot) === id) return slot;
    }
    return undefined;
  }

  /** Adds an identifier that is not there yet. */
  add(id: string, slot: number): void {
    const hash = hashOf(id);
    const shard = this.shard(hash);
    if ((shard.used + 1) * 8 > shard.pairs.length * 3) {
      const { pairs } = shard;
      shard.pairs = emptyTable(pairs.length);
      for (let at = 0; at < pairs.length; at += 2) {
        const held = pairs[at] ?? FREE;
        if (held !== FREE) place(shard.pairs, held, pairs[at + 1] ?? 0);
      }
    }
    place(shard.pairs, slot, hash);
    shard.used += 1;
  }

  private shard(hash: number): { pairs: Int32Array<ArrayBuffer>; used: number } {
    const shard = this.shards[hash & (SHARDS - 1)];
    if (!shard) throw new Error(`there is no shard for hash ${hash}`);
    return shard;
  }
}

/** A table of free pairs. @param pairs a power of two */
function emptyTable(pairs: number): Int32Array<ArrayBuffer> {
  return new Int32Array(2 * pairs).fill(FREE);
}

/** Where the search for a hash begins. */
function home(pairs: Int32Array, hash: number): number {
  return ((hash >>> 8) * 2) & (pairs.length - 1);
}

function place(pairs: Int32Array, slot: number, hash: number): void {
  let at = home(pairs, hash);
  while (pairs[at] !== FREE) at = (at + 2) & (pairs.length - 1);
  pairs[at] = slot;
  pairs[at + 1] = hash;
}

/** FNV-1a, stirred at the end. @returns a signed 32-bit integer */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
