import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import {
  composeDesign,
  drawPattern,
  inSameColours,
  redrawn,
  withOtherMotifs,
  type PatternDesign,
} from '#libs/pattern-drawing';
import { explainFileError } from '../home/files.js';
import { Problem } from '../problem.js';

const ENDINGS: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp', '.tif', '.tiff']);
const DRAWN = { width: 640, height: 640 };
/** Designs of another seed range than any demo's. */
const FIRST_SEED = 700_000;

/** A picture of the bench, loaded when it is needed. */
export interface BenchPicture {
  readonly name: string;
  load(): Promise<Uint8Array>;
}

/** A drawn pattern with others that look like it and are no copies, by what they share with it. */
export interface DrawnPicture extends BenchPicture {
  readonly lookAlikes: ReadonlyMap<string, () => Promise<Uint8Array>>;
}

/** So many drawn patterns, 640 x 640 pixels; the same ones every time. */
export function drawnPictures(count: number): DrawnPicture[] {
  return Array.from({ length: count }, (_, index) => {
    const seed = FIRST_SEED + index;
    const draw = (design: PatternDesign) => drawPattern(design, DRAWN);
    const design = composeDesign(seed);
    // Only motifs are drawn anew or exchanged: without any the design would stay as it is.
    const ofMotifs = design.layers.some(({ kind }) => kind === 'motifs');
    return {
      name: `drawn-${index + 1}.jpg`,
      load: () => draw(design),
      lookAlikes: new Map([
        ['same-palette', () => draw(inSameColours(design, seed))],
        ...(ofMotifs
          ? ([
              // On cloth of its own: the same stains of dye would be a copy.
              ['same-lattice', () => draw({ ...withOtherMotifs(design, seed), grain: seed })],
              ['redrawn', () => draw(redrawn(design, seed))],
            ] as const)
          : []),
      ]),
    };
  });
}

/**
 * All picture files of a folder and its folders, in the order of their names.
 * @throws Problem if the folder cannot be read or has none
 */
export async function allPicturesOf(folder: string): Promise<BenchPicture[]> {
  const names = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    throw explainFileError(error, folder);
  });
  const found = names.filter((name) => ENDINGS.has(extname(name).toLowerCase())).sort();
  if (found.length === 0)
    throw new Problem(folder, 'has no pictures', 'name a folder with JPEG, PNG, WebP or TIFF files');
  return found.map((name) => ({ name, load: () => readFile(join(folder, name)) }));
}

/**
 * So many picture files of a folder and its folders, in the order of their names.
 * @throws Problem if the folder cannot be read or has too few
 */
export async function picturesOf(folder: string, count: number): Promise<BenchPicture[]> {
  const found = await allPicturesOf(folder);
  if (found.length < count) {
    throw new Problem(
      folder,
      `has ${found.length} pictures, ${count} are needed`,
      'name another folder or give a smaller --patterns',
    );
  }
  return found.slice(0, count);
}
