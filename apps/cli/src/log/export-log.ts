import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  createTreeHasher,
  FederationLogError,
  Frontier,
  parseCheckpoint,
  parseNote,
  readEntryBundle,
  readHashTile,
  tilePath,
  tilesOfTree,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { makeFolder, writeWhole } from '../home/files.js';
import { Problem } from '../problem.js';

/** Reads a file of a log by its path below the log's prefix. @throws Problem if there is none */
export type ReadLogFile = (path: string) => Promise<Uint8Array>;

/** A log that was written as files. */
export interface ExportedLog {
  /** First line of its checkpoint: "weft/zhejiang". */
  readonly origin: string;
  /** Entries. */
  readonly size: number;
  /** The root, hexadecimal. */
  readonly root: string;
  readonly files: number;
}

/**
 * Writes a whole log as files in the layout of C2SP tlog-tiles, the checkpoint last. The entries must give the checkpoint's root; its
 * signatures are for whoever verifies the files.
 * @param folder new or empty
 * @param advance told of each file written
 * @throws Problem naming the folder, the file or what does not fit
 */
export async function exportLog(
  read: ReadLogFile,
  folder: string,
  advance: () => void = () => undefined,
): Promise<ExportedLog> {
  await makeEmptyFolder(folder);
  const note = await read('checkpoint');
  const { origin, size, root } = told(() =>
    parseCheckpoint(parseNote(Buffer.from(note).toString('utf8')).text),
  );
  const hasher = createTreeHasher(nodeLogCrypto.sha256);
  const tree = Frontier.empty(hasher);
  let files = 1;
  for (const tile of tilesOfTree(size)) {
    const path = tilePath(tile);
    const bytes = await read(path);
    if (tile.level === 'entries') {
      for (const entry of told(() => readEntryBundle(bytes, tile))) tree.append(hasher.leaf(entry));
    } else {
      told(() => readHashTile(bytes, tile));
    }
    write(join(folder, path), bytes);
    files += 1;
    advance();
  }
  if (Buffer.compare(tree.root(), root) !== 0) {
    throw new Problem(
      origin,
      `its ${size} entries do not give the root of its checkpoint`,
      "keep the files, and tell the log's operator and the other members",
    );
  }
  write(join(folder, 'checkpoint'), note);
  return { origin, size, root: Buffer.from(root).toString('hex'), files };
}

/** What does not fit in a file, as a problem of the log that gave it. */
function told<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    throw new Problem(
      'log',
      error.message.replace(/\.$/u, ''),
      "tell the log's operator and the other members",
      {
        cause: error,
      },
    );
  }
}

function write(path: string, bytes: Uint8Array): void {
  makeFolder(dirname(path));
  writeWhole(path, bytes);
}

async function makeEmptyFolder(folder: string): Promise<void> {
  makeFolder(folder);
  const found = await readdir(folder);
  if (found.length > 0) throw new Problem(folder, 'is not empty', 'give a new folder for the log');
}
