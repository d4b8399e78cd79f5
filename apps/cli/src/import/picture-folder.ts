import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { RegistryError } from '#libs/registry';
import { errorCode, explainFileError } from '../home/files.js';
import { Problem } from '../problem.js';

const MAX_NAME = 1024;
const MAX_BYTES = 64 * 1024 * 1024;

function badPicture(problem: string, remedy: string): RegistryError {
  return new RegistryError('INVALID_INPUT', 'picture', problem, remedy);
}

/** The folder of an import's pictures; nothing outside of it is read, whatever a table says. */
export class PictureFolder {
  /** @param root the folder's real path */
  private constructor(private readonly root: string) {}

  /** @throws Problem naming the folder if it cannot be read or is none */
  static async open(path: string): Promise<PictureFolder> {
    try {
      const root = await realpath(path);
      if (!(await stat(root)).isDirectory())
        throw new Problem(path, 'is no folder', 'give the folder of the pictures');
      return new PictureFolder(root);
    } catch (error) {
      throw error instanceof Problem ? error : explainFileError(error, path);
    }
  }

  /**
   * A picture's bytes, at most 64 MiB.
   * @param name path inside the folder, with / or \ between folders; its ending may differ in upper and lower case
   * @throws RegistryError INVALID_INPUT, field "picture"
   */
  async load(name: string): Promise<Buffer> {
    const path = await this.locate(name);
    const file = await stat(path);
    if (!file.isFile()) throw badPicture('is no file', 'name a picture file');
    if (file.size > MAX_BYTES)
      throw badPicture(`is larger than ${MAX_BYTES} bytes`, 'give a smaller picture');
    return readFile(path);
  }

  private async locate(name: string): Promise<string> {
    const relative = name.replaceAll('\\', '/');
    if (relative.length > MAX_NAME || relative.includes('\0'))
      throw badPicture('is no file name', 'correct the name');
    if (isAbsolute(relative) || /^[a-z]:/iu.test(relative) || relative.split('/').includes('..')) {
      throw badPicture('leads out of the folder of pictures', 'name it relative to that folder');
    }
    for (const spelling of spellings(relative)) {
      const path = await this.realPath(spelling);
      if (path === undefined) continue;
      if (!path.startsWith(this.root + sep)) {
        throw badPicture('leads out of the folder of pictures', 'put a copy into the folder');
      }
      return path;
    }
    throw badPicture('is not in the folder of pictures', 'add the file or correct its name');
  }

  private async realPath(relative: string): Promise<string | undefined> {
    try {
      return await realpath(join(this.root, relative));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      if (code === 'ELOOP' || code === 'ENAMETOOLONG' || code === 'EACCES') {
        throw badPicture(`cannot be opened (${code})`, 'make the file readable or correct its name');
      }
      throw error;
    }
  }
}

function spellings(name: string): ReadonlySet<string> {
  const ending = /\.[a-z0-9]+$/iu.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - ending.length);
  return new Set([name, stem + ending.toLowerCase(), stem + ending.toUpperCase()]);
}
