import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { StartError } from './start-error.js';

const MODE_BITS = 0o777;

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
    throw cause instanceof StartError ? cause : explainFileError(file, cause);
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
    throw explainFileError(file, cause);
  }
}

/**
 * A file's content, which is JSON, by its schema.
 * @throws StartError that names the file and repeats nothing of it: neither the parser's nor the schema's own words
 */
export function parseJsonFile<T>(file: string, content: Buffer, schema: z.ZodType<T>): T {
  const remedy = 'restore it from where it was made';
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    throw new StartError(file, 'is not JSON', remedy);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new StartError(file, 'has not its form', remedy);
  return parsed.data;
}

/** The system's code of an error ("ENOENT"), if it has one. */
export function errnoCode(error: unknown): string | undefined {
  return z.object({ code: z.string() }).safeParse(error).data?.code;
}

/** What a failed operation on a file or folder means for the operator. */
export function explainFileError(file: string, cause: unknown): StartError {
  switch (errnoCode(cause)) {
    case 'ENOENT':
      return new StartError(file, 'does not exist', 'make it, or name the right place', {
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
