import { open, rm, type FileHandle } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { guardFormula, unguardFormula, type ImportColumn, type RowOutcome } from '#libs/registry';
import { explainFileError } from '../home/files.js';
import type { MetadataFile } from './metadata-file.js';

const REJECT_HEADINGS = ['reject_row', 'reject_field', 'reject_problem', 'reject_remedy'];
const MAX_CELL = 1000;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The rejected rows of an import, as they were, behind what is wrong with them: to be corrected and imported as it is. UTF-8 with
 * byte order mark, as spreadsheets expect; no cell is run as a formula.
 */
export class RejectsFile {
  #rows = 0;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly metadata: MetadataFile,
    /** Places of the table's own columns; those of an earlier rejects file are left out. */
    private readonly kept: readonly number[],
  ) {}

  /**
   * Begins the file anew: an import tells of every row that it could not take.
   * @throws Problem naming the file if it cannot be written
   */
  static async create(path: string, metadata: MetadataFile): Promise<RejectsFile> {
    const kept = metadata.headings.flatMap((heading, place) =>
      REJECT_HEADINGS.includes(heading.trim()) ? [] : [place],
    );
    try {
      const file = await open(path, 'w', 0o600);
      await file.write(
        BYTE_ORDER_MARK + line([...REJECT_HEADINGS, ...kept.map((place) => metadata.headings[place])]),
      );
      return new RejectsFile(path, file, metadata, kept);
    } catch (error) {
      throw explainFileError(error, path);
    }
  }

  /**
   * @param cells the row as it was read
   * @throws Problem naming the file
   */
  async add({ row, problems }: RowOutcome, cells: readonly string[]): Promise<void> {
    const fields = problems.map(({ field }) => this.headingOf(field)).join('; ');
    const [problem, remedy] = [
      problems.map((one) => one.problem).join('; '),
      problems.map((one) => one.remedy).join('; '),
    ];
    const original = this.kept.map((place) => unguardFormula(cells[place] ?? ''));
    try {
      await this.file.write(line([String(row.row), fields, problem, remedy, ...original]));
    } catch (error) {
      throw explainFileError(error, this.path);
    }
    this.#rows += 1;
  }

  /** Ends the file; without a row it is taken away. @returns its path, null without a row */
  async close(): Promise<string | null> {
    await this.file.close();
    if (this.#rows > 0) return this.path;
    await rm(this.path);
    return null;
  }

  /** A field by the name that the table gives it. */
  private headingOf(field: string): string {
    const columns: ReadonlyMap<string, number> = new Map<ImportColumn, number>(this.metadata.columns);
    const place = columns.get(field);
    return place === undefined ? field : (this.metadata.headings[place]?.trim() ?? field);
  }
}

function line(cells: readonly (string | undefined)[]): string {
  return stringify([cells.map((cell) => guardFormula((cell ?? '').slice(0, MAX_CELL)))], {
    record_delimiter: '\r\n',
  });
}
