import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evidence } from '#libs/evidence';
import { explainFileError, makeFolder, writeWhole } from '../home/files.js';
import { Problem } from '../problem.js';

/** The report's file: written last, so that a folder with it is whole. */
const REPORT = 'evidence.json';

/**
 * Makes sure that there is an empty folder to write to.
 * @throws Problem naming the folder if something is in it or it cannot be made
 */
export async function makeEmptyFolder(folder: string): Promise<void> {
  makeFolder(folder);
  const found = await readdir(folder).catch((error: unknown) => {
    throw explainFileError(error, folder);
  });
  if (found.length > 0) throw new Problem('--out', `${folder} is not empty`, 'give a new folder');
}

/**
 * Writes the pictures and evidence.json.
 * @returns the paths of the files written
 * @throws Problem naming the file that cannot be written
 */
export function writeEvidence({ report, pictures }: Evidence, folder: string): string[] {
  const files = [...pictures].map(([name, file]): [string, string | Uint8Array] => [
    join(folder, name),
    file,
  ]);
  files.push([join(folder, REPORT), `${JSON.stringify(report, null, 2)}\n`]);
  for (const [path, content] of files) writeWhole(path, content);
  return files.map(([path]) => path);
}
