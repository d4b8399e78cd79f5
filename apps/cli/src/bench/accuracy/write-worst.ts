import { join } from 'node:path';
import sharp from 'sharp';
import { writeWhole } from '../../home/files.js';
import { readPicture, type DatasetFiles } from './dataset-files.js';
import { type Ranked } from './measures.js';

/** Height of each of the pictures side by side, pixels. */
const HEIGHT = 320;
const GAP = 8;

/** A query whose reference does not come first, or comes first with a score that gives no verdict. */
export interface Failure {
  readonly query: string;
  readonly family: string;
  readonly severity: string;
  /** The right one; its rank and score are null where it is not among the answers. */
  readonly right: { readonly reference: string; readonly rank: number | null; readonly score: number | null };
  /** What came first; null without any answer. */
  readonly first: { readonly reference: string; readonly score: number } | null;
}

/**
 * The queries whose reference is missed or outranked, the worst first: by how far the first answer's score lies above that of
 * the right one, which is 0 where it is missing. Then those whose reference comes first and below `suspectedAt`, the lowest score first:
 * an examiner is not told of it.
 */
export function worstFailures(
  { truth }: Pick<DatasetFiles, 'truth'>,
  answers: readonly Ranked[],
  suspectedAt: number,
  count: number,
): Failure[] {
  const byQuery = new Map<string, Ranked[]>();
  for (const answer of answers) byQuery.set(answer.query, [...(byQuery.get(answer.query) ?? []), answer]);
  const failures = truth.rows.flatMap(({ query, reference, family, severity }): Failure[] => {
    if (reference === null) return [];
    const own = byQuery.get(query) ?? [];
    const right = own.find((answer) => answer.reference === reference);
    const first = own.find(({ rank }) => rank === 1);
    if (right && right === first && right.score >= suspectedAt) return [];
    return [
      {
        query,
        family,
        severity,
        right: { reference, rank: right?.rank ?? null, score: right?.score ?? null },
        first: first ? { reference: first.reference, score: first.score } : null,
      },
    ];
  });
  return failures
    .sort((a, b) => distance(b) - distance(a) || (a.right.score ?? 0) - (b.right.score ?? 0))
    .slice(0, count);
}

/**
 * Writes each failure's query, right reference and, where it is another, first answer side by side as `<query>.jpg`, and all of them as `worst.json`,
 * into a folder that is there.
 * @throws Problem naming the file or folder
 */
export async function writeWorst(
  files: DatasetFiles,
  answers: readonly Ranked[],
  suspectedAt: number,
  { count, out }: { readonly count: number; readonly out: string },
): Promise<void> {
  const failures = worstFailures(files, answers, suspectedAt, count);
  for (const { query, right, first } of failures) {
    const paths = [
      files.queries.get(query),
      files.references.get(right.reference),
      first?.reference === right.reference ? undefined : files.references.get(first?.reference ?? ''),
    ];
    const picture = await sideBySide(paths.filter((path) => path !== undefined));
    writeWhole(join(out, `${query}.jpg`), picture, 0o644);
  }
  writeWhole(join(out, 'worst.json'), `${JSON.stringify(failures, null, 2)}\n`, 0o644);
}

async function sideBySide(paths: readonly string[]): Promise<Buffer> {
  const parts = await Promise.all(
    paths.map((path) =>
      sharp(readPicture(path))
        .autoOrient()
        .resize({ width: HEIGHT * 2, height: HEIGHT, fit: 'inside' })
        .toColourspace('srgb')
        .png()
        .toBuffer({ resolveWithObject: true }),
    ),
  );
  let left = 0;
  const placed = parts.map(({ data, info }) => {
    const at = { input: data, left, top: 0 };
    left += info.width + GAP;
    return at;
  });
  return sharp({
    create: { width: Math.max(1, left - GAP), height: HEIGHT, channels: 3, background: '#ffffff' },
  })
    .composite(placed)
    .jpeg({ quality: 88 })
    .toBuffer();
}

function distance({ right, first }: Failure): number {
  return (first?.score ?? 0) - (right.score ?? 0);
}
