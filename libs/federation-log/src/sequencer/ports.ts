import type { TileId } from '../log/tiles.js';

/** A tree of a log's first entries. */
export interface TreeHead {
  /** Entries in the tree, at least 1. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** A tree head that was signed. */
export interface StoredCheckpoint extends TreeHead {
  /** The checkpoint as a signed note, under the log's own signature alone. */
  readonly note: string;
}

/** A tile of hashes: never one of entries. */
export interface HashTileId extends TileId {
  readonly level: number;
}

/** Whether a tile is one of hashes. */
export function isHashTile(tile: TileId): tile is HashTileId {
  return tile.level !== 'entries';
}

/** What a store gives of one log. Every method throws FederationLogError DAMAGED for what cannot be as it was written. */
export interface LogReader {
  /** The head of the log; null before the first checkpoint. */
  newest(): Promise<StoredCheckpoint | null>;
  /** Entries that are durable: those of the newest checkpoint, and those that wait for the next. */
  committed(): Promise<number>;
  /**
   * Durable entries from index `from` on, in order; fewer than `limit` only where there are no more.
   * @param limit 1 to 4,096
   */
  entries(from: number, limit: number): Promise<readonly Uint8Array[]>;
  /** The first `width` hashes of a tile, one after another. */
  tile(tile: HashTileId): Promise<Uint8Array>;
  /** Signature lines of witnesses under the checkpoint of this size, each with its newline. */
  cosignatures(size: number): Promise<readonly string[]>;
}

/** A log's store. It keeps whatever it was given: checkpoints and cosignatures never change, tiles only grow. */
export interface LogStore extends LogReader {
  /**
   * Moves the head from `previous` to `next` and keeps the tiles, all or nothing, durable when it returns.
   * @param tiles those of `next` that `previous` has not, or not as wide
   * @returns false, with nothing changed, if `previous` is not the head: another writer was first
   */
  advance(
    previous: StoredCheckpoint | null,
    next: StoredCheckpoint,
    tiles: readonly StoredTile[],
  ): Promise<boolean>;
  /**
   * Keeps a witness's signature under the checkpoint of this size; of one witness the first is kept.
   * @param signer the witness's key name
   * @param line as it stands in a note, with its newline
   */
  cosign(size: number, signer: string, line: string): Promise<void>;
}

/** A tile of hashes with its bytes. */
export interface StoredTile {
  readonly tile: HashTileId;
  readonly bytes: Uint8Array;
}

/** The size and root that were signed last, remembered outside of the store: a store put back to before it is noticed. */
export interface LastSigned {
  /** Null if nothing was signed yet. */
  read(): Promise<TreeHead | null>;
  /** Durable when it returns. */
  write(head: TreeHead): Promise<void>;
}
