import { z } from 'zod';
import { FederationLogError } from '../errors.js';
import { fromBase64, sameBytes, toBase64, utf8 } from '../log/bytes.js';
import { openCheckpoint, verifyCosignatures, type OpenedCheckpoint } from '../log/checkpoint.js';
import { HASH_BYTES, type TreeHasher } from '../log/hashing.js';
import { proveConsistency, readRoot, verifyConsistency } from '../log/proofs.js';
import { growTree, nodesFromTiles, type TileReader } from '../log/tile-tree.js';
import { readEntryBundle, tilePath, tilesOfGrowth, TILE_WIDTH, type TileId } from '../log/tiles.js';
import type { TreeHead } from '../sequencer/ports.js';
import type { TrustedLog } from '../witness/trusted-logs.js';
import type { MirrorFolder, ReadFile } from './ports.js';

/** Entries that are verified and kept in one step: what an interruption costs at most. */
const STEP = 16 * TILE_WIDTH;
/** How far the copy is verified: beside the log's own files. */
const VERIFIED = 'mirror.json';
/** A signed checkpoint that does not go on from the copy. */
const REFUSED = 'refused-checkpoint';

const verifiedSchema = z.object({ size: z.int().positive(), root: z.string() });

/** What a copy of a log is made with. */
export interface MirrorDeps {
  readonly hasher: TreeHasher;
  readonly log: TrustedLog;
  readonly folder: MirrorFolder;
  readonly remote: ReadFile;
  /** Awaited after every step; the update ends there when it resolves to false, and goes on the next time. */
  readonly pause: () => Promise<boolean>;
}

/** A copy after an update. */
export interface MirroredLog {
  /** Entries that are verified and kept. */
  readonly size: number;
  readonly added: number;
  /** Whether enough witnesses cosigned the checkpoint. */
  readonly witnessed: boolean;
}

/**
 * Brings a copy of a log up to the log's checkpoint. Entries are kept only after the tree that they give was proved to be the
 * beginning of the one that the log signed; the checkpoint is written last.
 * @throws FederationLogError PROOF_FAILS if the log does not go on from the copy: its signed checkpoint is then kept beside the copy,
 *   which stays as it is; MALFORMED, UNKNOWN_KEY or BAD_SIGNATURE for what the log gives; what folder and remote throw
 */
export async function updateMirror(deps: MirrorDeps): Promise<MirroredLog> {
  const { log, folder, remote, pause } = deps;
  const note = await remote('checkpoint');
  const head = openCheckpoint(new TextDecoder().decode(note), log.origin, log.logKeys);
  const witnessed = verifyCosignatures(head.note, log.witnesses).length >= log.quorum;
  const before = await readVerified(folder);
  let size = before?.size ?? 0;
  try {
    if (before && head.size <= before.size) {
      await checkBeginning(deps, before, head);
      if (head.size === before.size) await folder.write('checkpoint', note);
      return { size, added: 0, witnessed };
    }
    while (size < head.size) {
      size = await grow(deps, size, head);
      if (size < head.size && !(await pause())) return { size, added: size - (before?.size ?? 0), witnessed };
    }
  } catch (error) {
    if (error instanceof FederationLogError && error.code === 'PROOF_FAILS')
      await folder.write(REFUSED, note);
    throw error;
  }
  await folder.write('checkpoint', note);
  return { size, added: size - (before?.size ?? 0), witnessed };
}

/** Entries of the copy in this folder that are verified; 0 if there is none. */
export async function mirroredSize(folder: MirrorFolder): Promise<number> {
  return (await readVerified(folder))?.size ?? 0;
}

async function readVerified(folder: MirrorFolder): Promise<TreeHead | null> {
  const bytes = await folder.read(VERIFIED);
  if (bytes === null) return null;
  try {
    const { size, root } = verifiedSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return { size, root: fromBase64(root, VERIFIED) };
  } catch (cause) {
    throw new FederationLogError('DAMAGED', `${VERIFIED}: does not say how far the copy goes.`, { cause });
  }
}

/** A checkpoint of no more entries than the copy has must be one of its beginnings. */
async function checkBeginning(
  { hasher, folder }: MirrorDeps,
  { size }: TreeHead,
  head: OpenedCheckpoint,
): Promise<void> {
  const root = await readRoot(hasher, head.size, nodesFromTiles(hasher, head.size, localTiles(folder, size)));
  if (!sameBytes(root, head.root)) {
    throw new FederationLogError(
      'PROOF_FAILS',
      `mirror: ${head.size} entries of the copy have another root.`,
    );
  }
}

/** One step: entries read, the tree proved, the files kept. @returns the size after it */
async function grow(deps: MirrorDeps, size: number, head: OpenedCheckpoint): Promise<number> {
  const { hasher, folder, remote } = deps;
  const until = Math.min(head.size, size - (size % TILE_WIDTH) + STEP);
  const entries = await readEntries(remote, size, until, head.size);
  const known = async (tile: TileId) => readEntryBundle(await localFile(folder, tilePath(tile)), tile);
  const growth = await growTree(hasher, size, entries, localTiles(folder, size), known);
  const proof =
    growth.size === head.size
      ? []
      : await proveConsistency(
          hasher,
          growth.size,
          head.size,
          nodesFromTiles(hasher, head.size, (tile) => remote(tilePath(tile))),
        );
  verifyConsistency(hasher, {
    from: growth.size,
    to: head.size,
    fromRoot: growth.root,
    toRoot: head.root,
    proof,
  });
  for (const { tile, bytes } of growth.tiles) await folder.write(tilePath(tile), bytes);
  const verified = { size: growth.size, root: toBase64(growth.root) };
  await folder.write(VERIFIED, utf8(`${JSON.stringify(verified)}\n`));
  const kept = new Set(growth.tiles.map(({ tile }) => tilePath(tile)));
  for (const path of partialTiles(size, growth.size)) if (!kept.has(path)) await folder.remove(path);
  return growth.size;
}

async function readEntries(
  remote: ReadFile,
  from: number,
  until: number,
  size: number,
): Promise<Uint8Array[]> {
  const entries: Uint8Array[] = [];
  for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < until; index += 1) {
    const start = index * TILE_WIDTH;
    const tile: TileId = { level: 'entries', index, width: Math.min(TILE_WIDTH, size - start) };
    const bundle = readEntryBundle(await remote(tilePath(tile)), tile);
    entries.push(...bundle.slice(Math.max(0, from - start), until - start));
  }
  return entries;
}

/** The partial tiles of the smaller tree that the larger one has wider. */
function partialTiles(from: number, to: number): string[] {
  return tilesOfGrowth(from, to).flatMap(({ level, index }) => {
    const inLevel = level === 'entries' ? from : Math.floor(from / TILE_WIDTH ** level);
    const width = inLevel - index * TILE_WIDTH;
    return width > 0 && width < TILE_WIDTH ? [tilePath({ level, index, width })] : [];
  });
}

/** Reads tiles of hashes out of a copy of `size` entries, also narrower ones. */
function localTiles(folder: MirrorFolder, size: number): TileReader {
  return async (tile) => {
    const inLevel = Math.floor(size / TILE_WIDTH ** Number(tile.level));
    const width = Math.min(TILE_WIDTH, inLevel - tile.index * TILE_WIDTH);
    const bytes = await localFile(folder, tilePath({ ...tile, width }));
    return bytes.subarray(0, tile.width * HASH_BYTES);
  };
}

async function localFile(folder: MirrorFolder, path: string): Promise<Uint8Array> {
  const bytes = await folder.read(path);
  if (bytes === null) throw new FederationLogError('DAMAGED', `${path} is missing in the copy.`);
  return bytes;
}
