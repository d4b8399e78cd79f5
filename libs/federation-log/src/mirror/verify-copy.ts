import { FederationLogError } from '../errors.js';
import { sameBytes } from '../log/bytes.js';
import { openCheckpoint, verifyCosignatures } from '../log/checkpoint.js';
import type { TreeHasher } from '../log/hashing.js';
import { formatNote, formatSignatureLine } from '../log/note.js';
import { growTree } from '../log/tile-tree.js';
import { readEntryBundle, tilePath, TILE_WIDTH, type TileId } from '../log/tiles.js';
import { isHashTile, type StoredCheckpoint, type StoredTile } from '../sequencer/ports.js';
import type { TrustedLog } from '../witness/trusted-logs.js';
import type { ReadFile } from './ports.js';

/** A copy of a log whose every entry was hashed and gives the root that the log signed. */
export interface VerifiedCopy {
  readonly checkpoint: StoredCheckpoint;
  /** Signature lines of witnesses under the checkpoint, each with its newline, by key name. */
  readonly cosignatures: ReadonlyMap<string, string>;
  readonly tiles: readonly StoredTile[];
  /** All entries in order, a bundle at a time. */
  entries(): AsyncIterable<readonly Uint8Array[]>;
}

/**
 * Reads a whole copy of a log and verifies it.
 * @throws FederationLogError PROOF_FAILS if the entries do not give the checkpoint's root; MALFORMED, UNKNOWN_KEY or BAD_SIGNATURE for the
 *   checkpoint; what `read` throws
 */
export async function verifyCopy(hasher: TreeHasher, log: TrustedLog, read: ReadFile): Promise<VerifiedCopy> {
  const head = openCheckpoint(new TextDecoder().decode(await read('checkpoint')), log.origin, log.logKeys);
  const bundles = async function* (): AsyncGenerator<Uint8Array[]> {
    for (let start = 0; start < head.size; start += TILE_WIDTH) {
      const width = Math.min(TILE_WIDTH, head.size - start);
      const tile: TileId = { level: 'entries', index: start / TILE_WIDTH, width };
      yield readEntryBundle(await read(tilePath(tile)), tile);
    }
  };
  const tiles = new Map<string, StoredTile>();
  const tileAt = async ({ level, index }: TileId) =>
    tiles.get(`${level}/${index}`)?.bytes ?? new Uint8Array();
  let [size, root] = [0, hasher.emptyRoot];
  for await (const entries of bundles()) {
    const growth = await growTree(hasher, size, entries, tileAt, async () => []);
    for (const { tile, bytes } of growth.tiles) {
      if (isHashTile(tile)) tiles.set(`${tile.level}/${tile.index}`, { tile, bytes });
    }
    ({ size, root } = growth);
  }
  if (!sameBytes(root, head.root)) {
    throw new FederationLogError(
      'PROOF_FAILS',
      `copy: its ${size} entries do not give the root that was signed.`,
    );
  }
  const [own] = head.signatures;
  if (own === undefined) throw new FederationLogError('UNKNOWN_KEY', 'copy: the log did not sign it.');
  const lines = verifyCosignatures(head.note, log.witnesses).map(({ line }): [string, string] => [
    line.name,
    formatSignatureLine(line),
  ]);
  return {
    checkpoint: { size, root, note: formatNote({ text: head.note.text, signatures: [own.line] }) },
    cosignatures: new Map(lines),
    tiles: [...tiles.values()],
    entries: bundles,
  };
}
