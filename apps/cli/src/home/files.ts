import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { oneLine, Problem } from '../problem.js';

const systemError = z.object({ code: z.string() });

/** The operating system's name of an error ("ENOENT"), or undefined if it has none. */
export function errorCode(error: unknown): string | undefined {
  return systemError.safeParse(error).data?.code;
}

/** Explains what the operating system said about a path: permission, full disk, read-only, not a folder. */
export function explainFileError(error: unknown, path: string): Problem {
  const [problem, remedy] = fileProblem(errorCode(error), error);
  return new Problem(path, problem, remedy, { cause: error });
}

function fileProblem(code: string | undefined, error: unknown): [string, string] {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return [
        'no permission',
        'give this user the right to read and write there, or set WEFT_HOME to a folder of yours',
      ];
    case 'ENOSPC':
    case 'EDQUOT':
      return ['the disk is full', 'free some space, or set WEFT_HOME to a folder on a disk with room'];
    case 'EROFS':
      return ['the file system is read-only', 'set WEFT_HOME to a folder that can be written'];
    case 'ENOTDIR':
    case 'EEXIST':
      return [
        'a file stands where a folder should be',
        'move that file away, or set WEFT_HOME to another folder',
      ];
    case 'EISDIR':
      return ['a folder stands where a file should be', 'move that folder away'];
    case 'ENOENT':
      return ['there is no such file or folder', 'check the path'];
    default:
      return [oneLine(error instanceof Error ? error.message : String(error)), 'check the path and the disk'];
  }
}

/**
 * Makes a folder with its parents, open to this user alone; one that is there keeps its mode.
 * @throws Problem naming the path
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw explainFileError(error, path);
  }
}

/**
 * Makes the folder of a file that long work is to end in, so that the work does not find out at its end that there is none.
 * @throws Problem naming the path: a folder stands there, or its own folder cannot be made
 */
export function makeRoomFor(path: string): void {
  makeFolder(dirname(path));
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new Problem(
    path,
    'a folder stands where a file should be',
    'name a file in it, or move that folder away',
  );
}

/**
 * Writes a file whole or not at all: a new file beside it, forced to disk, then renamed over it.
 * @param mode permission bits; 0600 keeps a secret
 * @throws Problem naming the path
 */
export function writeWhole(path: string, content: string | Uint8Array, mode = 0o600): void {
  const draft = join(dirname(path), `.${randomBytes(6).toString('hex')}.new`);
  try {
    const file = openSync(draft, 'wx', mode);
    try {
      writeAll(file, Buffer.from(content));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw explainFileError(error, path);
  }
}

function writeAll(file: number, content: Buffer): void {
  for (let written = 0; written < content.length;) written += writeSync(file, content, written);
}

/**
 * The text of a file; undefined if there is none.
 * @throws Problem naming the path if it cannot be read
 */
export function readTextIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw explainFileError(error, path);
  }
}

/**
 * A JSON file parsed by its schema; undefined if there is no such file.
 * @throws Problem naming the path and the first field that is wrong, never a value
 */
export function readJsonIfThere<T>(path: string, schema: z.ZodType<T>): T | undefined {
  const text = readTextIfThere(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem(path, 'is not JSON', 'restore the file from a backup, or move it away', {
      cause: error,
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new Problem(
    path,
    `field "${field}": ${issue?.message ?? 'is wrong'}`,
    'restore the file from a backup, or move it away',
  );
}
