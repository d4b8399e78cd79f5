import {
  FederationLogError,
  Frontier,
  HASH_BYTES,
  TILE_WIDTH,
  foldPeaks,
  sameBytes,
  splitEntryBundle,
  tilePath,
  tilesOfTree,
  type TileId,
  type TreeHasher,
} from '#libs/federation-log';
import type { Fault, Findings } from './finding.js';

/** A log's files by their path below its prefix. */
export interface LogFiles {
  /** Null if there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** Every path there is. */
  list(): Promise<readonly string[]>;
}

/** What is told of a log while it is read. */
export interface LogReaders {
  /** Each entry in order. */
  entry(index: number, entry: Uint8Array): void;
  /** Sizes of which the tree's root is wanted, and who is told of it. */
  readonly wanted: ReadonlySet<number>;
  root(size: number, root: Uint8Array): void;
}

/** What the entries of a log come to. */
export interface WalkedLog {
  /** Null if entries and their hashes are both missing. */
  readonly root: Uint8Array | null;
}

/**
 * Reads every entry and every tile of the tree of `size` entries, and recomputes all hashes from the entries. An entry that is
 * missing is taken by its hash, so that one gap does not hide another.
 */
export async function walkLog(
  hasher: TreeHasher,
  origin: string,
  size: number,
  files: LogFiles,
  findings: Findings,
  readers: LogReaders,
): Promise<WalkedLog> {
  const find: Find = (fault, tile, detail) => findings.add(fault, `${origin} ${tilePath(tile)}`, detail);
  /** A tree whose leaves are the roots of the full tiles: its peaks are those of the whole tree up to there. */
  const full = Frontier.empty(hasher);
  const rows: Uint8Array[] = [];
  let peaks: readonly Uint8Array[] = [];
  let whole = true;
  const tiles = tilesOfTree(size);
  const ofLevel = (level: TileId['level']): TileId[] => tiles.filter((tile) => tile.level === level);
  const hashTiles = ofLevel(0);

  for (const [place, bundle] of ofLevel('entries').entries()) {
    const hashTile = hashTiles[place] ?? { ...bundle, level: 0 };
    const entries = await readBundle(files, bundle, find);
    const stored = await readTile(files, hashTile, find);
    const leaves = entries?.map((entry) => hasher.leaf(entry)) ?? stored;
    if (leaves === null) {
      whole = false;
      continue;
    }
    if (entries && stored) compare(bundle.index * TILE_WIDTH, leaves, stored, hashTile, find);
    const start = bundle.index * TILE_WIDTH;
    entries?.forEach((entry, at) => readers.entry(start + at, entry));
    const subtree = Frontier.empty(hasher);
    for (const leaf of leaves) {
      subtree.append(leaf);
      const here = start + subtree.size;
      if (whole && readers.wanted.has(here)) {
        readers.root(here, foldPeaks(hasher, [...full.hashes, ...subtree.hashes]));
      }
    }
    if (bundle.width === TILE_WIDTH) {
      rows.push(subtree.root());
      full.append(subtree.root());
    } else peaks = subtree.hashes;
  }
  if (!whole) return { root: null };
  await compareUpperTiles(hasher, rows, ofLevel, files, find);
  return { root: foldPeaks(hasher, [...full.hashes, ...peaks]) };
}

type Find = (fault: Fault, tile: TileId, detail: string) => void;

async function compareUpperTiles(
  hasher: TreeHasher,
  fullTileRoots: readonly Uint8Array[],
  ofLevel: (level: number) => TileId[],
  files: LogFiles,
  find: Find,
): Promise<void> {
  let row = fullTileRoots;
  for (let level = 1; row.length > 0; level += 1) {
    for (const tile of ofLevel(level)) {
      const stored = await readTile(files, tile, find);
      const start = tile.index * TILE_WIDTH;
      if (stored) compare(null, row.slice(start, start + tile.width), stored, tile, find);
    }
    row = Array.from({ length: Math.floor(row.length / TILE_WIDTH) }, (_, at) => {
      const subtree = Frontier.empty(hasher);
      for (const hash of row.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH)) subtree.append(hash);
      return subtree.root();
    });
  }
}

/** @param firstEntry null for hashes that are not of entries */
function compare(
  firstEntry: number | null,
  computed: readonly Uint8Array[],
  stored: readonly Uint8Array[],
  tile: TileId,
  find: Find,
): void {
  stored.forEach((hash, at) => {
    const due = computed[at];
    if (due && sameBytes(hash, due)) return;
    const what =
      firstEntry === null
        ? `hash ${at} is not that of the tile below`
        : `entry ${firstEntry + at} has another hash`;
    find('ALTERED_ENTRY', tile, what);
  });
}

async function readBundle(files: LogFiles, tile: TileId, find: Find): Promise<Uint8Array[] | null> {
  const bytes = await readWide(files, tile);
  if (bytes === null) {
    find('MISSING_ENTRY', tile, `entries ${tile.index * TILE_WIDTH} and on are missing`);
    return null;
  }
  try {
    const entries = splitEntryBundle(bytes.content);
    const due = bytes.wide ? TILE_WIDTH : tile.width;
    if (entries.length === due) return entries.slice(0, tile.width);
    const few = entries.length < tile.width;
    find(few ? 'MISSING_ENTRY' : 'ALTERED_ENTRY', tile, `has ${entries.length} entries, not ${due}`);
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    find('ALTERED_ENTRY', tile, error.message);
  }
  return null;
}

async function readTile(files: LogFiles, tile: TileId, find: Find): Promise<Uint8Array[] | null> {
  const bytes = await readWide(files, tile);
  if (bytes === null) {
    find('MISSING_ENTRY', tile, 'the tile is missing');
    return null;
  }
  const { content } = bytes;
  const due = bytes.wide ? TILE_WIDTH : tile.width;
  if (content.length !== due * HASH_BYTES) {
    find('ALTERED_ENTRY', tile, `has ${content.length} bytes, not ${due} hashes`);
    return null;
  }
  return Array.from({ length: tile.width }, (_, at) =>
    content.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/** A tile, or the full one in its place: a log may remove a partial tile once it has that (tlog-tiles, Partial Tiles). */
async function readWide(
  files: LogFiles,
  tile: TileId,
): Promise<{ content: Uint8Array; wide: boolean } | null> {
  const content = await files.read(tilePath(tile));
  if (content !== null) return { content, wide: false };
  if (tile.width === TILE_WIDTH) return null;
  const full = await files.read(tilePath({ ...tile, width: TILE_WIDTH }));
  return full && { content: full, wide: true };
}
