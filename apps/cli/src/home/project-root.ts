import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../problem.js';

/**
 * The clone's folder: the nearest one above this file that holds package-lock.json; the same for sources and for the build.
 * @throws Problem if there is none
 */
export function projectRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package-lock.json'))) return folder;
    if (folder === dirname(folder)) {
      throw new Problem('weft', 'is not inside its clone', 'run it from a clone of the repository');
    }
  }
}
