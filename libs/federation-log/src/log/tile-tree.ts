import { FederationLogError } from '../errors.js';
import { concat } from './bytes.js';
import { Frontier, foldPeaks } from './frontier.js';
import type { TreeHasher } from './hashing.js';
import type { NodeId } from './nodes.js';
import type { NodeReader } from './proofs.js';
import {
  TILE_HEIGHT,
  TILE_WIDTH,
  readHashTile,
  tilePath,
  tilesOfGrowth,
  writeEntryBundle,
  type TileId,
} from './tiles.js';

/** Reads the bytes of one tile of hashes or entries, as wide as asked. */
export type TileReader = (tile: TileId) => Promise<Uint8Array>;

/**
 * A reader of subtree roots of the tree of `size` entries, out of its tiles. It keeps each tile that it has read, and each root that it has
 * computed: one for each piece of work.
 */
export function nodesFromTiles(hasher: TreeHasher, size: number, readTile: TileReader): NodeReader {
  const tiles = new Map<string, Promise<TileRoots>>();
  const rootsOf = (tile: TileId): Promise<TileRoots> => {
    const path = tilePath(tile);
    const known = tiles.get(path);
    if (known) return known;
    const roots = readTile(tile).then((bytes) => new TileRoots(hasher, readHashTile(bytes, tile)));
    tiles.set(path, roots);
    roots.catch(() => tiles.delete(path));
    return roots;
  };
  return (nodes) =>
    Promise.all(
      nodes.map(async (node) => {
        const { tile, start, span } = placeInTile(node, size);
        return (await rootsOf(tile)).root(start, span);
      }),
    );
}

/** Roots of the perfect subtrees over the hashes of one tile; each is computed once. */
class TileRoots {
  private readonly known = new Map<string, Uint8Array>();

  constructor(
    private readonly hasher: TreeHasher,
    private readonly hashes: readonly Uint8Array[],
  ) {}

  /** @param span hashes below it, a power of two; they stand in the tile */
  root(start: number, span: number): Uint8Array {
    const key = `${start} ${span}`;
    const known = span === 1 ? this.hashes[start] : this.known.get(key);
    if (known) return known;
    if (span <= 1) throw new RangeError(`a tile of ${this.hashes.length} hashes has none at ${start}`);
    const root = this.hasher.node(this.root(start, span / 2), this.root(start + span / 2, span / 2));
    this.known.set(key, root);
    return root;
  }
}

/** Where the root of a perfect subtree is found: the tile, and which of its hashes it is over. */
function placeInTile({ level, index }: NodeId, size: number): { tile: TileId; start: number; span: number } {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const span = 2 ** (level % TILE_HEIGHT);
  const first = index * span;
  const inLevel = Math.floor(size / TILE_WIDTH ** tileLevel);
  if (first + span > inLevel) {
    throw new FederationLogError(
      'OUT_OF_RANGE',
      `node: the tree of ${size} entries has none at ${level}/${index}.`,
    );
  }
  const tileIndex = Math.floor(first / TILE_WIDTH);
  const start = first % TILE_WIDTH;
  const width = Math.min(TILE_WIDTH, inLevel - tileIndex * TILE_WIDTH);
  return { tile: { level: tileLevel, index: tileIndex, width }, start, span };
}

/** A tile and its bytes. */
export interface TileFile {
  readonly tile: TileId;
  readonly bytes: Uint8Array;
}

/** What a growth of the tree gives: the tiles to write, and the tree after it. */
export interface Growth {
  readonly tiles: readonly TileFile[];
  readonly size: number;
  readonly root: Uint8Array;
  /** `Frontier.of(size, peaks)` is the tree after the growth. */
  readonly peaks: readonly Uint8Array[];
}

/**
 * Grows a tree by entries: computes every tile of hashes and entries that changes, and the new root. Nothing is written.
 * @param size entries before
 * @param readTile gives the tree's partial tiles at `size` (of hashes and of entries): at most one of each level is read
 * @throws FederationLogError TOO_LARGE for an entry over 65,535 bytes; MALFORMED for a tile of another width
 */
export async function growTree(
  hasher: TreeHasher,
  size: number,
  entries: readonly Uint8Array[],
  readTile: TileReader,
  readBundle: (tile: TileId) => Promise<readonly Uint8Array[]>,
): Promise<Growth> {
  const after = size + entries.length;
  const changed = tilesOfGrowth(size, after);
  const tiles: TileFile[] = [];
  const peaks: Uint8Array[][] = [];
  let added: readonly Uint8Array[] = entries.map((entry) => hasher.leaf(entry));
  for (let level = 0, before = size, now = after; now > 0; level += 1) {
    const width = before % TILE_WIDTH;
    const partial: TileId = { level, index: Math.floor(before / TILE_WIDTH), width };
    const kept = width === 0 ? [] : readHashTile(await readTile(partial), partial);
    const row = [...kept, ...added];
    const start = before - width;
    for (const tile of changed.filter((one) => one.level === level)) {
      const at = tile.index * TILE_WIDTH - start;
      tiles.push({ tile, bytes: concat(...row.slice(at, at + tile.width)) });
    }
    const full = Math.floor(row.length / TILE_WIDTH);
    added = Array.from({ length: full }, (_, at) =>
      rootOf(hasher, row.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH)),
    );
    peaks.unshift(peaksOf(hasher, row.slice(full * TILE_WIDTH)));
    before = Math.floor(before / TILE_WIDTH);
    now = Math.floor(now / TILE_WIDTH);
  }
  const bundles = changed.filter(({ level }) => level === 'entries');
  const width = size % TILE_WIDTH;
  const partial: TileId = { level: 'entries', index: Math.floor(size / TILE_WIDTH), width };
  const row = [...(width === 0 || entries.length === 0 ? [] : await readBundle(partial)), ...entries];
  for (const tile of bundles) {
    const at = tile.index * TILE_WIDTH - (size - width);
    tiles.push({ tile, bytes: writeEntryBundle(row.slice(at, at + tile.width)) });
  }
  const all = peaks.flat();
  return { tiles, size: after, root: foldPeaks(hasher, all), peaks: all };
}

function rootOf(hasher: TreeHasher, hashes: readonly Uint8Array[]): Uint8Array {
  return foldPeaks(hasher, peaksOf(hasher, hashes));
}

/** Roots of the perfect subtrees over some hashes that stand side by side from the left edge of a tile. */
function peaksOf(hasher: TreeHasher, hashes: readonly Uint8Array[]): Uint8Array[] {
  const part = Frontier.empty(hasher);
  for (const hash of hashes) part.append(hash);
  return [...part.hashes];
}
