import { FederationLogError } from '../errors.js';
import { sameBytes } from '../log/bytes.js';
import { openCheckpoint, signCheckpoint } from '../log/checkpoint.js';
import type { TreeHasher } from '../log/hashing.js';
import type { NoteSigner, NoteVerifier } from '../log/note.js';
import { readRoot } from '../log/proofs.js';
import { growTree, nodesFromTiles, type TileReader } from '../log/tile-tree.js';
import { TILE_WIDTH, readHashTile, tilePath } from '../log/tiles.js';
import {
  isHashTile,
  type LastSigned,
  type LogReader,
  type LogStore,
  type StoredCheckpoint,
  type TreeHead,
} from './ports.js';

/** Entries that one checkpoint adds at most. */
export const MAX_ADDED = 2_048;

/** What a log is read and checked by. */
export interface LogKeys {
  readonly hasher: TreeHasher;
  /** First line of the log's checkpoints. */
  readonly origin: string;
  /** The log's own keys, earlier ones among them. */
  readonly keys: readonly NoteVerifier[];
}

/** What signing a log needs. */
export interface SigningDeps extends LogKeys {
  readonly store: LogStore;
  readonly lastSigned: LastSigned;
  readonly signer: NoteSigner;
}

/** What one step came to. */
export interface Integrated {
  /** The log's head; null while the log is empty. */
  readonly head: StoredCheckpoint | null;
  /** Entries that this step put under a checkpoint. */
  readonly added: number;
  /** "lost": another writer moved the head, look again. "more": entries wait. "done": none did when they were read. */
  readonly then: 'lost' | 'more' | 'done';
}

/**
 * One step of the log: reads the head and what it was signed over, reads the entries after it, and signs the tree that they
 * give. What is read again must give the head's root; otherwise nothing is signed.
 * @throws FederationLogError DAMAGED; what the store, the signer or the memory of what was signed throws
 */
export async function integrate(deps: SigningDeps): Promise<Integrated> {
  const { store, hasher, origin, signer, lastSigned } = deps;
  const readTile = tilesOf(store);
  const head = await store.newest();
  const signed = await lastSigned.read();
  const [size, signedSize] = [head?.size ?? 0, signed?.size ?? 0];
  if (head) await checkHead(deps, head, readTile);
  if (signed) await checkLastSigned(deps, head, signed, readTile);

  const start = size - (size % TILE_WIDTH);
  // After a stop between signing and keeping, the tree that was signed comes first.
  const limit = signedSize > size ? Math.min(MAX_ADDED, signedSize - size) : MAX_ADDED;
  const entries = await store.entries(start, size - start + limit);
  const [known, added] = [entries.slice(0, size - start), entries.slice(size - start)];
  await checkKnown(hasher, size, known, readTile);
  if (added.length === 0) return { head, added: 0, then: 'done' };

  const growth = await growTree(hasher, size, added, readTile, async () => known);
  const next = { size: growth.size, root: growth.root };
  if (next.size === signedSize && !sameBytes(next.root, signed?.root ?? next.root)) {
    throw damaged(`the ${next.size} entries are not those that were signed`);
  }
  const checkpoint = { ...next, note: await signCheckpoint({ origin, ...next }, signer) };
  if (next.size > signedSize) await lastSigned.write(next);
  const tiles = growth.tiles.flatMap(({ tile, bytes }) => (isHashTile(tile) ? [{ tile, bytes }] : []));
  if (!(await store.advance(head, checkpoint, tiles))) return { head, added: 0, then: 'lost' };
  return { head: checkpoint, added: added.length, then: added.length === limit ? 'more' : 'done' };
}

/** Reads tiles of hashes out of a store, each once. @throws FederationLogError OUT_OF_RANGE for a tile of entries; what the store throws */
export function tilesOf(store: LogReader): TileReader {
  const read = new Map<string, Promise<Uint8Array>>();
  return (tile) => {
    if (!isHashTile(tile)) throw new FederationLogError('OUT_OF_RANGE', 'tile: is one of entries.');
    const path = tilePath(tile);
    const known = read.get(path);
    if (known) return known;
    const bytes = store.tile(tile);
    read.set(path, bytes);
    bytes.catch(() => read.delete(path));
    return bytes;
  };
}

/** The head is signed by this log, and the tiles at the right-hand edge give its root. */
export async function checkHead(
  { hasher, origin, keys }: LogKeys,
  head: StoredCheckpoint,
  readTile: TileReader,
): Promise<void> {
  const opened = openCheckpoint(head.note, origin, keys);
  if (opened.size !== head.size || !sameBytes(opened.root, head.root)) {
    throw damaged(`the checkpoint of ${head.size} entries does not say what was signed`);
  }
  if (!sameBytes(await rootOfTiles(hasher, head.size, readTile), head.root)) {
    throw damaged(`the tiles of ${head.size} entries do not give the root that was signed`);
  }
}

/** What was signed last is a beginning of this log. */
async function checkLastSigned(
  { store, hasher }: SigningDeps,
  head: TreeHead | null,
  signed: TreeHead,
  readTile: TileReader,
): Promise<void> {
  if (head === null || signed.size > head.size) {
    const committed = await store.committed();
    if (committed >= signed.size) return;
    throw damaged(
      `${signed.size} entries were signed and the store has ${committed}; it was put back to an earlier time`,
    );
  }
  const root = signed.size === head.size ? head.root : await rootOfTiles(hasher, signed.size, readTile);
  if (!sameBytes(root, signed.root)) {
    throw damaged(`the first ${signed.size} entries are not those that were signed`);
  }
}

/** The entries of the last tile, read again, are those that were signed. */
async function checkKnown(
  hasher: TreeHasher,
  size: number,
  known: readonly Uint8Array[],
  readTile: TileReader,
): Promise<void> {
  if (known.length === 0) return;
  const tile = { level: 0, index: Math.floor(size / TILE_WIDTH), width: known.length };
  for (const [at, hash] of readHashTile(await readTile(tile), tile).entries()) {
    const entry = known[at];
    if (entry === undefined || !sameBytes(hasher.leaf(entry), hash)) {
      throw damaged(`entry ${tile.index * TILE_WIDTH + at} is not the one that was signed`);
    }
  }
}

function rootOfTiles(hasher: TreeHasher, size: number, readTile: TileReader): Promise<Uint8Array> {
  return readRoot(hasher, size, nodesFromTiles(hasher, size, readTile));
}

/** What is in a store is not what was written there. */
export function damaged(why: string): FederationLogError {
  return new FederationLogError('DAMAGED', `log: ${why}.`);
}
