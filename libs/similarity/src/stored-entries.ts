import { REGISTRATION_STATES, type IndexEntry, type RegistrationState } from '#libs/registry';
import { Identifiers, SlotLookup } from './identifiers.js';
import { scoresOf } from './score.js';

/** Rows in a block of vectors: the step in which memory grows. */
export const BLOCK_ROWS = 1024;

/** What is stored of up to BLOCK_ROWS entries. */
export interface StoredBlock {
  readonly count: number;
  /** Of BLOCK_ROWS rows, the last ones unused. */
  readonly vectors: Float32Array<ArrayBuffer>;
  /** Places in REGISTRATION_STATES, of BLOCK_ROWS rows. */
  readonly states: Uint8Array<ArrayBuffer>;
  readonly registrations: StoredIdentifiers;
  readonly patterns: StoredIdentifiers;
}

/** UUIDs in 16 bytes each, and what is none by its place. */
export interface StoredIdentifiers {
  readonly bytes: Buffer;
  readonly others: ReadonlyMap<number, string>;
}

/** What an index holds beside the codes: vectors as they came, states, identifiers; by slot, the first 0, without gaps. */
export class StoredEntries {
  /** Of BLOCK_ROWS rows each. */
  readonly blocks: Float32Array<ArrayBuffer>[] = [];
  readonly registrations = new Identifiers();
  readonly patterns = new Identifiers();
  private readonly states: Uint8Array<ArrayBuffer>[] = [];
  private readonly slots = new SlotLookup(this.registrations);
  private count = 0;

  /** @param dimension length of every vector */
  constructor(private readonly dimension: number) {}

  get size(): number {
    return this.count;
  }

  /** Bytes of all, room for more included; identifiers that are no UUIDs are not counted. */
  get bytes(): number {
    const blocks = this.blocks.length * BLOCK_ROWS * (4 * this.dimension + 1);
    return blocks + this.registrations.heldBytes + this.patterns.heldBytes + this.slots.heldBytes;
  }

  /** The slot of a registration, or undefined. */
  slotOf(registrationId: string): number | undefined {
    return this.slots.find(registrationId);
  }

  /** Stores an entry at its registration's slot, or the next free one. @returns the slot */
  put({ registrationId, patternId, state, vector }: IndexEntry): number {
    const known = this.slots.find(registrationId);
    const slot = known ?? this.count;
    const block = Math.floor(slot / BLOCK_ROWS);
    const row = slot % BLOCK_ROWS;
    (this.blocks[block] ??= new Float32Array(BLOCK_ROWS * this.dimension)).set(vector, row * this.dimension);
    (this.states[block] ??= new Uint8Array(BLOCK_ROWS))[row] = REGISTRATION_STATES.indexOf(state);
    this.patterns.set(slot, patternId);
    if (known !== undefined) return slot;
    this.registrations.set(slot, registrationId);
    this.slots.add(registrationId, slot);
    this.count += 1;
    return slot;
  }

  /** Takes over entries of registrations that are not there, when all blocks so far are full. @returns the first one's slot */
  adopt({ count, vectors, states, registrations, patterns }: StoredBlock): number {
    const first = this.count;
    this.blocks.push(vectors);
    this.states.push(states);
    this.registrations.append(first, registrations.bytes, registrations.others);
    this.patterns.append(first, patterns.bytes, patterns.others);
    const slots = Array.from({ length: count }, (_, at) => first + at);
    for (const [at, id] of this.registrations.many(slots).entries()) this.slots.add(id, first + at);
    this.count += count;
    return first;
  }

  state(slot: number): RegistrationState {
    const state = REGISTRATION_STATES[this.states[Math.floor(slot / BLOCK_ROWS)]?.[slot % BLOCK_ROWS] ?? -1];
    if (!state) throw new Error(`there is no state in slot ${slot}`);
    return state;
  }

  /** The entries in slots; their vectors are the index's own. */
  range(from: number, to: number): IndexEntry[] {
    const slots = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
    const registrationIds = this.registrations.many(slots);
    const patternIds = this.patterns.many(slots);
    return slots.map((slot, at) => ({
      registrationId: registrationIds[at] ?? '',
      patternId: patternIds[at] ?? '',
      state: this.state(slot),
      vector: this.vector(slot),
    }));
  }

  vector(slot: number): Float32Array {
    const start = (slot % BLOCK_ROWS) * this.dimension;
    const block = this.blocks[Math.floor(slot / BLOCK_ROWS)];
    if (!block) throw new Error(`there is no vector in slot ${slot}`);
    return block.subarray(start, start + this.dimension);
  }

  /** Scores of slots that are taken, by the one kernel. */
  scores(query: Float32Array, slots: readonly number[]): number[] {
    const rows = slots.map((slot) => {
      const block = this.blocks[Math.floor(slot / BLOCK_ROWS)];
      if (!block) throw new Error(`there is no vector in slot ${slot}`);
      return block;
    });
    return scoresOf(
      query,
      rows,
      slots.map((slot) => (slot % BLOCK_ROWS) * this.dimension),
    );
  }
}
