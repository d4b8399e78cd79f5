const CHUNK = 1024;
const ID_BYTES = 16;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Identifiers by slot: a UUID in 16 bytes, any other string as it is. */
export class Identifiers {
  private readonly chunks: Buffer[] = [];
  private readonly others = new Map<number, string>();

  /** Sets the identifier of a slot that is taken or the next free one. */
  set(slot: number, id: string): void {
    const chunk = Math.floor(slot / CHUNK);
    const bytes = (this.chunks[chunk] ??= Buffer.alloc(CHUNK * ID_BYTES));
    if (UUID.test(id)) {
      bytes.write(id.replaceAll('-', ''), (slot % CHUNK) * ID_BYTES, 'hex');
      this.others.delete(slot);
    } else this.others.set(slot, id);
  }

  /** The identifier of a slot that is taken. */
  get(slot: number): string {
    const other = this.others.get(slot);
    if (other !== undefined) return other;
    const start = (slot % CHUNK) * ID_BYTES;
    const hex = this.chunks[Math.floor(slot / CHUNK)]?.toString('hex', start, start + ID_BYTES) ?? '';
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
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
