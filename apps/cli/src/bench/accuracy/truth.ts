import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { readTextIfThere } from '../../home/files.js';
import { Problem } from '../../problem.js';

const COLUMNS = ['query', 'reference', 'family', 'severity'] as const;
const recordsSchema = z.array(z.array(z.string()));

/** What is known of one query. */
export interface TruthRow {
  readonly query: string;
  /** Null: no reference shows its pattern. */
  readonly reference: string | null;
  readonly family: string;
  readonly severity: string;
}

/** A data set's truth; blank where no query has a reference, as for a set whose answers are kept back. */
export interface Truth {
  readonly rows: readonly TruthRow[];
  readonly blank: boolean;
  /** There is no file, which is as good as a blank one. */
  readonly missing: boolean;
}

/** What the family of a query begins with that looks like a reference and is no copy of it. */
const HARD_NEGATIVE = 'hard-negative:';

/** Whether a query was made to be taken for a copy of a reference without being one. */
export function isHardNegative({ reference, family }: TruthRow): boolean {
  return reference === null && family.startsWith(HARD_NEGATIVE);
}

/** The family of hard negatives of one kind, as `truth.csv` names it. */
export function hardNegativeFamily(kind: string): string {
  return `${HARD_NEGATIVE}${kind}`;
}

/**
 * Reads `truth.csv`: headings in row 1 in any order, `query` needed, `reference`, `family` and `severity` may be missing.
 * Without the file the truth is blank.
 * @param known ids of the pictures at hand
 * @throws Problem naming file and row: no headings, a query listed twice or without a picture, an unknown reference
 */
export function readTruth(
  path: string,
  known: { readonly queries: ReadonlySet<string>; readonly references: ReadonlySet<string> },
): Truth {
  const text = readTextIfThere(path);
  if (text === undefined) return { rows: [], blank: true, missing: true };
  const [headings = [], ...records] = readRecords(path, text);
  const places = new Map(COLUMNS.map((column) => [column, headings.indexOf(column)]));
  if (places.get('query') === -1) {
    throw new Problem(
      path,
      'row 1: there is no column "query"',
      `give the headings ${COLUMNS.join(',')} in the first row`,
    );
  }
  const rowOf = new Map<string, number>();
  const rows = records.map((cells, index): TruthRow => {
    const row = index + 2;
    const cell = (column: (typeof COLUMNS)[number]): string => cells[places.get(column) ?? -1]?.trim() ?? '';
    const [query, reference] = [cell('query'), cell('reference')];
    const before = rowOf.get(query);
    if (before !== undefined) {
      const problem = `row ${row}: query "${query}" is listed in row ${before} already`;
      throw new Problem(path, problem, 'list each query once');
    }
    rowOf.set(query, row);
    mustBeKnown(path, row, 'query', query, known.queries);
    if (reference !== '') mustBeKnown(path, row, 'reference', reference, known.references);
    return {
      query,
      reference: reference === '' ? null : reference,
      family: cell('family'),
      severity: cell('severity'),
    };
  });
  return { rows, blank: rows.every(({ reference }) => reference === null), missing: false };
}

function mustBeKnown(
  path: string,
  row: number,
  column: 'query' | 'reference',
  id: string,
  known: ReadonlySet<string>,
): void {
  if (known.has(id)) return;
  const folder = column === 'query' ? 'queries' : 'references';
  throw new Problem(
    path,
    `row ${row}: ${column} "${id}" has no picture ${folder}/${id}.jpg`,
    'add the picture or correct the row',
  );
}

function readRecords(path: string, text: string): string[][] {
  try {
    return recordsSchema.parse(parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Problem(path, error.message, 'write it as comma-separated values', { cause: error });
  }
}
