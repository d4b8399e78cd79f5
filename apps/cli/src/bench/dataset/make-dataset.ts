import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { seededRandom, type Random } from '#libs/pattern-drawing';
import { explainFileError, makeFolder, writeWhole } from '../../home/files.js';
import { Problem } from '../../problem.js';
import { hardNegativeFamily } from '../accuracy/truth.js';
import { type BenchPicture, type DrawnPicture } from '../bench-pictures.js';
import { FAMILIES } from '../copying/families.js';
import { decode, encode, type Raster } from '../copying/raster.js';
import { SEVERITIES, type Severity } from '../copying/severity.js';

/** Longest side of the pictures of a data set, pixels. */
const LONGEST = 512;
const QUALITY = 92;

/** What to make. */
export interface DatasetRequest {
  /** Distinct designs; references and queries without a match never share one. */
  readonly pictures: readonly (BenchPicture | DrawnPicture)[];
  readonly out: string;
  readonly seed: number;
  readonly references: number;
  /** Queries without a match: copies of pictures that are no references. */
  readonly distractorQueries: number;
  /** Copies of each family and severity. */
  readonly copies: number;
  /** Queries of each kind of pattern that looks like a reference and is no copy of it; 0 for pictures that have none. */
  readonly hardNegatives: number;
}

/** What was made. */
export interface DatasetSummary {
  readonly out: string;
  readonly references: number;
  readonly copies: number;
  readonly distractorQueries: number;
  readonly hardNegatives: number;
  readonly seed: number;
}

interface Planned {
  readonly picture: BenchPicture;
  readonly reference: string;
  /** As the truth names it. */
  readonly family: string;
  /** Family by which the picture is copied. */
  readonly copying: string;
  readonly severity: Severity;
}

/** What looks like a reference is only saved anew, so that it stays as near to it as it is. */
const HARD_COPYING = 're-encode';

/**
 * Writes `references/<id>.jpg`, `queries/<id>.jpg`, `truth.csv` (query, reference, family, severity) and `sources.csv`
 * (reference, picture). The same pictures, numbers and seed give the same files; a query's id tells nothing of its answer.
 * Pictures without a match are copied like the others, by families and severities in turn, so that no trace of editing gives them away; those that look like a reference are saved anew.
 * @throws Problem naming the folder or picture: too few pictures, one that cannot be read, an output folder that is not empty
 */
export async function makeDataset(request: DatasetRequest): Promise<DatasetSummary> {
  const { out, seed } = request;
  const random = seededRandom(seed);
  const { references, queries } = plan(request, random);
  openFolders(out);
  for (const [id, picture] of references) {
    writeWhole(join(out, 'references', `${id}.jpg`), await encode(await load(picture), QUALITY), 0o644);
  }
  const truth: string[][] = [];
  for (const [index, query] of queries.entries()) {
    const id = `q${String(index + 1).padStart(5, '0')}`;
    const copy = await makeCopy(query, seed, index);
    writeWhole(join(out, 'queries', `${id}.jpg`), await encode(copy, QUALITY), 0o644);
    truth.push([id, query.reference, query.family, query.severity]);
  }
  writeTable(join(out, 'truth.csv'), ['query', 'reference', 'family', 'severity'], truth);
  const sources = [...references].map(([id, { name }]) => [id, name]);
  writeTable(join(out, 'sources.csv'), ['reference', 'picture'], sources);
  const copies = queries.filter(({ reference }) => reference !== '').length;
  return {
    out,
    seed,
    references: references.size,
    copies,
    distractorQueries: request.distractorQueries,
    hardNegatives: queries.length - copies - request.distractorQueries,
  };
}

function plan(request: DatasetRequest, random: Random) {
  const { pictures, references, distractorQueries, copies } = request;
  const needed = references + distractorQueries;
  if (pictures.length < needed) {
    throw new Problem(
      '--pictures',
      `there are ${pictures.length} pictures, ${needed} are needed for ${references} references and ${distractorQueries} queries without a match`,
      'name a larger folder or give smaller numbers',
    );
  }
  const chosen = random.shuffle(pictures).slice(0, needed);
  const gallery = new Map(
    chosen.slice(0, references).map((picture, i) => [`r${String(i + 1).padStart(5, '0')}`, picture]),
  );
  const cells = [...FAMILIES.keys()].flatMap((family) =>
    SEVERITIES.map((severity) => ({ family, severity })),
  );
  const turns: [string, BenchPicture][] = [];
  const planned: Planned[] = cells.flatMap((cell) =>
    Array.from({ length: copies }, () => {
      if (turns.length === 0) turns.push(...random.shuffle([...gallery]));
      const [reference, picture] = turns.pop() ?? fail();
      return { ...cell, copying: cell.family, reference, picture };
    }),
  );
  const unmatched = chosen.slice(references).map((picture, i): Planned => {
    const cell = cells[i % cells.length] ?? fail();
    return { ...cell, copying: cell.family, picture, reference: '' };
  });
  const hard = hardNegatives(chosen.slice(0, references), request.hardNegatives, random);
  return { references: gallery, queries: random.shuffle([...planned, ...unmatched, ...hard]) };
}

/** So many of each kind, of different references as far as they go. */
function hardNegatives(
  gallery: readonly (BenchPicture | DrawnPicture)[],
  count: number,
  random: Random,
): Planned[] {
  if (count === 0) return [];
  const looks = gallery.flatMap((picture) =>
    'lookAlikes' in picture
      ? [...picture.lookAlikes].map(([kind, load]) => ({ kind, name: `${kind} ${picture.name}`, load }))
      : [],
  );
  const kinds = [...new Set(looks.map(({ kind }) => kind))].sort();
  return kinds.flatMap((kind) =>
    random
      .shuffle(looks.filter((look) => look.kind === kind))
      .slice(0, count)
      .map(({ name, load }, i) => ({
        picture: { name, load },
        reference: '',
        family: hardNegativeFamily(kind),
        copying: HARD_COPYING,
        severity: SEVERITIES[i % SEVERITIES.length] ?? 'mild',
      })),
  );
}

function fail(): never {
  throw new RangeError('a data set needs at least one reference');
}

async function makeCopy(
  { picture, copying: name, severity }: Planned,
  seed: number,
  index: number,
): Promise<Raster> {
  const copying = FAMILIES.get(name);
  if (!copying) throw new RangeError(`no family ${name}`);
  return copying(await load(picture), severity, randomOf(`${seed} ${index} ${picture.name}`));
}

/** A source of its own for each copy, so that no copy depends on the others. */
function randomOf(name: string): Random {
  return seededRandom(createHash('sha256').update(name).digest().readUIntBE(0, 6));
}

async function load(picture: BenchPicture): Promise<Raster> {
  try {
    return await decode(await picture.load(), LONGEST);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Problem(picture.name, `cannot be read: ${detail}`, 'replace the picture or take it away', {
      cause: error,
    });
  }
}

function openFolders(out: string): void {
  makeFolder(out);
  try {
    if (readdirSync(out).length > 0)
      throw new Problem(out, 'is not empty', 'name a new folder, so that nothing is mixed');
    for (const name of ['references', 'queries']) mkdirSync(join(out, name));
  } catch (error) {
    throw error instanceof Problem ? error : explainFileError(error, out);
  }
}

function writeTable(path: string, headings: readonly string[], rows: readonly (readonly string[])[]): void {
  writeWhole(path, stringify([headings, ...rows]), 0o644);
}
