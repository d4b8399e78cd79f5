import { FederationLogError } from '../errors.js';
import { concat } from './bytes.js';
import { HASH_BYTES } from './hashing.js';

/** Levels of the tree in one tile; a full tile is 2^8 hashes wide. */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;
/** Most bytes of an entry: its length is written in 16 bits. */
export const MAX_ENTRY_BYTES = 65_535;

/** One file of the tlog-tiles layout: hashes of a level, or entries. */
export interface TileId {
  /** 0 for leaf hashes; "entries" for the entries themselves. */
  readonly level: number | 'entries';
  /** Place in its level, from 0. */
  readonly index: number;
  /** Hashes or entries in it, 1 to 256; less than 256 is a partial tile. */
  readonly width: number;
}

/** Path of a tile below the log's prefix: `tile/0/x001/x234/067`, `tile/entries/000.p/3`. */
export function tilePath({ level, index, width }: TileId): string {
  const groups = [String(index % 1_000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1_000); rest > 0; rest = Math.floor(rest / 1_000)) {
    groups.unshift(`x${String(rest % 1_000).padStart(3, '0')}`);
  }
  return `tile/${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;
/** A tree of 2^53 entries has tiles on levels 0 to 6. */
const MAX_LEVEL = 6;

/** The tile of a path in its one written form; null if it is none. */
export function readTilePath(path: string): TileId | null {
  const [, level = '', groups = '', partial = '256'] = PATH.exec(path) ?? [];
  if (level === '') return null;
  const tile: TileId = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: Number(partial),
  };
  const possible =
    Number.isSafeInteger(tile.index) &&
    tile.width <= TILE_WIDTH &&
    (tile.level === 'entries' || tile.level <= MAX_LEVEL);
  return possible && tilePath(tile) === path ? tile : null;
}

/**
 * The tiles, of hashes and of entries, that the tree of `to` entries has and that of `from` entries has not: those that a
 * growth must write. Each is as wide as it is at `to`.
 * @throws FederationLogError OUT_OF_RANGE
 */
export function tilesOfGrowth(from: number, to: number): TileId[] {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to) {
    throw new FederationLogError('OUT_OF_RANGE', `growth: from ${from} to ${to} entries is none.`);
  }
  const tiles: TileId[] = levelGrowth('entries', from, to);
  for (let level = 0, before = from, after = to; after > 0; level += 1) {
    tiles.push(...levelGrowth(level, before, after));
    before = Math.floor(before / TILE_WIDTH);
    after = Math.floor(after / TILE_WIDTH);
  }
  return tiles;
}

/** All tiles of a tree of `size` entries. @throws FederationLogError OUT_OF_RANGE */
export function tilesOfTree(size: number): TileId[] {
  return tilesOfGrowth(0, size);
}

function levelGrowth(level: TileId['level'], before: number, after: number): TileId[] {
  if (before === after) return [];
  const tiles: TileId[] = [];
  for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < after; index += 1) {
    tiles.push({ level, index, width: Math.min(TILE_WIDTH, after - index * TILE_WIDTH) });
  }
  return tiles;
}

/**
 * The hashes of a tile's bytes.
 * @throws FederationLogError MALFORMED if it is not exactly `width` hashes long
 */
export function readHashTile(bytes: Uint8Array, tile: TileId): Uint8Array[] {
  if (bytes.length !== tile.width * HASH_BYTES) {
    throw new FederationLogError(
      'MALFORMED',
      `${tilePath(tile)}: has ${bytes.length} bytes; ${tile.width} hashes are ${tile.width * HASH_BYTES}.`,
    );
  }
  return Array.from({ length: tile.width }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/** Entries as a bundle: each after its length in two bytes, high byte first. @throws FederationLogError TOO_LARGE */
export function writeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concat(
    ...entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY_BYTES) {
        throw new FederationLogError(
          'TOO_LARGE',
          `entry: ${entry.length} bytes; at most ${MAX_ENTRY_BYTES}.`,
        );
      }
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/**
 * The entries of a bundle's bytes, however many.
 * @throws FederationLogError MALFORMED if it ends within one
 */
export function splitEntryBundle(bytes: Uint8Array): Uint8Array[] {
  const malformed = (why: string): FederationLogError =>
    new FederationLogError('MALFORMED', `entry bundle: ${why}.`);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [high, low] = [bytes[at], bytes[at + 1]];
    if (high === undefined || low === undefined) throw malformed(`ends within a length, at byte ${at}`);
    const end = at + 2 + high * 256 + low;
    if (end > bytes.length) {
      throw malformed(`ends within entry ${entries.length}, which goes on to byte ${end}`);
    }
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

/**
 * The entries of a tile's bundle.
 * @throws FederationLogError MALFORMED if it does not hold exactly `width` entries
 */
export function readEntryBundle(bytes: Uint8Array, tile: TileId): Uint8Array[] {
  const entries = splitEntryBundle(bytes);
  if (entries.length !== tile.width) {
    throw new FederationLogError(
      'MALFORMED',
      `${tilePath(tile)}: has ${entries.length} entries, not ${tile.width}.`,
    );
  }
  return entries;
}
