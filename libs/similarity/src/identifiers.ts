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

/** The slot of an identifier: hash tables of slots, one of 256 growing at a time, so that none makes a search wait. */
export class SlotLookup {
  private readonly shards = Array.from({ length: SHARDS }, () => ({
    slots: new Int32Array(8).fill(FREE),
    used: 0,
  }));

  constructor(private readonly identifiers: Identifiers) {}

  /** The slot of an identifier, or undefined. */
  find(id: string): number | undefined {
    const hash = hashOf(id);
    const { slots } = this.shard(hash);
    const slot = slots[this.place(slots, id, hash)] ?? FREE;
    return slot === FREE ? undefined : slot;
  }

  /** Adds an identifier that is not there yet and is already among the identifiers. */
  add(id: string, slot: number): void {
    const hash = hashOf(id);
    const shard = this.shard(hash);
    if ((shard.used + 1) * 4 > shard.slots.length * 3) {
      const held = shard.slots.filter((one) => one !== FREE);
      shard.slots = new Int32Array(shard.slots.length * 2).fill(FREE);
      for (const one of held) {
        const other = this.identifiers.get(one);
        shard.slots[this.place(shard.slots, other, hashOf(other))] = one;
      }
    }
    shard.slots[this.place(shard.slots, id, hash)] = slot;
    shard.used += 1;
  }

  private shard(hash: number): { slots: Int32Array<ArrayBuffer>; used: number } {
    const shard = this.shards[hash % SHARDS];
    if (!shard) throw new Error(`there is no shard for hash ${hash}`);
    return shard;
  }

  /** Where an identifier is, or would be put. */
  private place(slots: Int32Array, id: string, hash: number): number {
    const mask = slots.length - 1;
    let at = (hash >>> 8) & mask;
    for (;;) {
      const slot = slots[at] ?? FREE;
      if (slot === FREE || this.identifiers.get(slot) === id) return at;
      at = (at + 1) & mask;
    }
  }
}

/** FNV-1a, stirred at the end. @returns 0 to 2^32 - 1 */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
