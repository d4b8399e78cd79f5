import { access, constants, readFile, stat } from 'node:fs/promises';
import { explainFileError } from '../home/files.js';
import { Problem } from '../problem.js';
import { type PictureFile } from './node-client.js';

/** The largest picture file that a node takes. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Makes sure that a picture can be read; whether it is one is for the node to say.
 * @throws Problem naming the file if it cannot be read or is too large
 */
export async function requirePicture(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
    const found = await stat(path);
    if (!found.isFile()) throw new Problem(path, 'is no file', 'name a JPEG, PNG, WebP or TIFF file');
    if (found.size > MOST_BYTES) {
      throw new Problem(path, `has ${found.size} bytes, more than ${MOST_BYTES}`, 'save it smaller');
    }
  } catch (error) {
    throw error instanceof Problem ? error : explainFileError(error, path);
  }
}

/**
 * A picture from disk, as it is.
 * @throws Problem as `requirePicture` does
 */
export async function readPicture(path: string, name: string): Promise<PictureFile> {
  await requirePicture(path);
  return { name, bytes: await readFile(path) };
}
