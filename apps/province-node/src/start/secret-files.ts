import { randomBytes } from 'node:crypto';
import { access, constants, open, readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { StartError } from '../config.js';

const MODE_BITS = 0o777;
const SESSION_KEY_BYTES = 32;

/**
 * Reads a file that only its owner may read.
 * @throws StartError if it is missing, cannot be read, or others may read or write it
 */
export async function readSecretFile(file: string): Promise<Buffer> {
  try {
    const { mode } = await stat(file);
    if ((mode & MODE_BITS & 0o077) !== 0) {
      throw new StartError(
        file,
        `its mode ${(mode & MODE_BITS).toString(8).padStart(4, '0')} lets others at it`,
        `run: chmod 600 ${file}`,
      );
    }
    return await readFile(file);
  } catch (cause) {
    throw cause instanceof StartError ? cause : fileProblem(file, cause);
  }
}

/**
 * Reads a file that holds no secret.
 * @throws StartError if it is missing or cannot be read
 */
export async function readOpenFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw fileProblem(file, cause);
  }
}

/**
 * Makes a file of mode 0600 that did not exist before.
 * @returns false if there is one already
 * @throws StartError if it cannot be written
 */
export async function createSecretFile(file: string, content: string | Uint8Array): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return true;
  } catch (cause) {
    if (errnoCode(cause) === 'EEXIST') return false;
    throw fileProblem(file, cause);
  }
}

/**
 * Makes sure that files can be made in a folder.
 * @throws StartError if it is missing, no folder, or this user may not write there
 */
export async function assertWritableFolder(folder: string): Promise<void> {
  try {
    if (!(await stat(folder)).isDirectory())
      throw new StartError(folder, 'is not a folder', 'name a folder in its place');
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw cause instanceof StartError ? cause : fileProblem(folder, cause);
  }
}

/**
 * The key that signs this node's sessions; made on the first start.
 * @returns 32 bytes
 * @throws StartError if the file is damaged, too open, or cannot be made
 */
export async function sessionKey(file: string): Promise<Uint8Array> {
  await createSecretFile(file, `${randomBytes(SESSION_KEY_BYTES).toString('base64url')}\n`);
  const key = Buffer.from((await readSecretFile(file)).toString('utf8').trim(), 'base64url');
  if (key.length !== SESSION_KEY_BYTES) {
    throw new StartError(
      file,
      'is not a session key of 32 bytes in base64url',
      'remove it: a new one is made, and all sessions end',
    );
  }
  return key;
}

/** The system's code of an error ("ENOENT"), if it has one. */
export function errnoCode(error: unknown): string | undefined {
  return z.object({ code: z.string() }).safeParse(error).data?.code;
}

function fileProblem(file: string, cause: unknown): StartError {
  switch (errnoCode(cause)) {
    case 'ENOENT':
      return new StartError(file, 'does not exist', 'make it, or point its variable at the right place', {
        cause,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StartError(file, 'may not be read or written by this user', 'change its owner or mode', {
        cause,
      });
    case 'ENOSPC':
      return new StartError(file, 'does not fit on the disk', 'free some space and start again', { cause });
    default:
      return new StartError(
        file,
        `cannot be used (${errnoCode(cause) ?? 'unknown error'})`,
        'check the file',
        { cause },
      );
  }
}
