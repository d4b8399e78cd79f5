import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainFileError } from '../../home/files.js';
import { Problem } from '../../problem.js';
import { readTruth, type Truth } from './truth.js';

const ENDING = '.jpg';

/** A data set on disk; pictures by their ids, in the order of their names. */
export interface DatasetFiles {
  /** Path of each reference. */
  readonly references: ReadonlyMap<string, string>;
  /** Path of each query. */
  readonly queries: ReadonlyMap<string, string>;
  readonly truth: Truth;
}

/**
 * Looks through a data set; opens no picture.
 * @throws Problem naming the folder, file and row that is wrong
 */
export function openDataset(folder: string): DatasetFiles {
  const references = picturesIn(join(folder, 'references'));
  const queries = picturesIn(join(folder, 'queries'));
  const known = { queries: new Set(queries.keys()), references: new Set(references.keys()) };
  return { references, queries, truth: readTruth(join(folder, 'truth.csv'), known) };
}

/** @throws Problem naming the file */
export function readPicture(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw explainFileError(error, path);
  }
}

function picturesIn(folder: string): Map<string, string> {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw explainFileError(error, folder);
  }
  const pictures = names.filter((name) => name.endsWith(ENDING)).sort();
  if (pictures.length === 0)
    throw new Problem(folder, `has no ${ENDING} pictures`, 'make a data set by "weft bench dataset"');
  return new Map(pictures.map((name) => [name.slice(0, -ENDING.length), join(folder, name)]));
}
