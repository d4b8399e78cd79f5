import { TILE_WIDTH, readTilePath, writeEntryBundle, type TileId } from '../log/tiles.js';
import { damaged } from './integrate.js';
import { isHashTile, type LogReader } from './ports.js';

/** A file of the tlog-tiles layout. Only the checkpoint ever changes under its path. */
export interface LogFile {
  readonly kind: 'checkpoint' | 'tile' | 'entries';
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();

/**
 * A file of a log by its path below the log's prefix (c2sp.org/tlog-tiles): `checkpoint`, `tile/<L>/<N>[.p/<W>]`,
 * `tile/entries/<N>[.p/<W>]`. Nothing beyond the newest checkpoint is given.
 * @returns null if the log has no such file
 * @throws FederationLogError DAMAGED; what the store throws
 */
export async function readLogFile(store: LogReader, path: string): Promise<LogFile | null> {
  if (path === 'checkpoint') return readCheckpoint(store);
  const tile = readTilePath(path);
  const size = tile && (await store.newest())?.size;
  if (!tile || !size || !isInTree(tile, size)) return null;
  if (isHashTile(tile)) return { kind: 'tile', bytes: await store.tile(tile) };
  const from = tile.index * TILE_WIDTH;
  const entries = await store.entries(from, tile.width);
  if (entries.length !== tile.width) throw damaged(`entries after ${from + entries.length} are missing`);
  return { kind: 'entries', bytes: writeEntryBundle(entries) };
}

/** Whether a tree of `size` entries has this tile, as wide as this or wider. */
function isInTree({ level, index, width }: TileId, size: number): boolean {
  const inLevel = level === 'entries' ? size : Math.floor(size / TILE_WIDTH ** level);
  return index * TILE_WIDTH + width <= inLevel;
}

async function readCheckpoint(store: LogReader): Promise<LogFile | null> {
  const head = await store.newest();
  if (head === null) return null;
  const lines = await store.cosignatures(head.size);
  return { kind: 'checkpoint', bytes: encoder.encode(head.note + lines.join('')) };
}
