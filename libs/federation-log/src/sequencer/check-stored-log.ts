import { concat, sameBytes } from '../log/bytes.js';
import { Frontier } from '../log/frontier.js';
import { TILE_WIDTH, tilePath } from '../log/tiles.js';
import { checkHead, damaged, tilesOf, type LogKeys } from './integrate.js';
import type { LogReader } from './ports.js';

/**
 * Reads every entry under a store's head again and compares what they give with every tile and with the root that was signed.
 * @param pause awaited after every 256 entries; the check ends early, as if there were no more, when it resolves to false
 * @returns entries that were checked
 * @throws FederationLogError DAMAGED naming the entry or the tile; what the store throws
 */
export async function checkStoredLog(
  keys: LogKeys,
  store: LogReader,
  pause: () => Promise<boolean>,
): Promise<number> {
  const head = await store.newest();
  if (head === null) return 0;
  await checkHead(keys, head, tilesOf(store));
  const tree = new TileTree(keys, store);
  for (let from = 0; from < head.size; from += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, head.size - from);
    const entries = await store.entries(from, width);
    await tree.add(entries.slice(0, width).map((entry) => keys.hasher.leaf(entry)));
    if (!(await pause())) return from + width;
  }
  await tree.end();
  if (!sameBytes(tree.root(), head.root)) {
    throw damaged(`the ${head.size} entries do not give the root that was signed`);
  }
  return head.size;
}

/** A tree built up again out of its entries, each tile held against the stored one when it is complete. */
class TileTree {
  private readonly whole: Frontier;
  /** Hashes of the tile that is being built, by level. */
  private readonly rows: Uint8Array[][] = [];
  /** Tiles that are complete, by level. */
  private readonly done: number[] = [];

  constructor(
    private readonly keys: LogKeys,
    private readonly store: LogReader,
  ) {
    this.whole = Frontier.empty(keys.hasher);
  }

  /** Adds the leaf hashes of one bundle. */
  async add(leaves: readonly Uint8Array[]): Promise<void> {
    for (const leaf of leaves) this.whole.append(leaf);
    await this.addTo(0, leaves);
  }

  /** Compares the tiles that are partial. */
  async end(): Promise<void> {
    for (const [level, row] of this.rows.entries()) {
      if (row.length > 0) await this.compare(level, row);
    }
  }

  root(): Uint8Array {
    return this.whole.root();
  }

  private async addTo(level: number, hashes: readonly Uint8Array[]): Promise<void> {
    const row = (this.rows[level] ??= []);
    row.push(...hashes);
    if (row.length < TILE_WIDTH) return;
    await this.compare(level, row);
    this.done[level] = (this.done[level] ?? 0) + 1;
    this.rows[level] = [];
    const tile = Frontier.empty(this.keys.hasher);
    for (const hash of row) tile.append(hash);
    await this.addTo(level + 1, [tile.root()]);
  }

  private async compare(level: number, row: readonly Uint8Array[]): Promise<void> {
    const tile = { level, index: this.done[level] ?? 0, width: row.length };
    const stored = await this.store.tile(tile);
    const computed = concat(...row);
    if (sameBytes(stored, computed)) return;
    const at = row.findIndex((hash, place) => !sameBytes(hash, stored.slice(place * 32, (place + 1) * 32)));
    const where =
      level === 0 ? `entry ${tile.index * TILE_WIDTH + at} does not fit` : `hash ${at} is wrong in`;
    throw damaged(`${where} ${tilePath(tile)}`);
  }
}
