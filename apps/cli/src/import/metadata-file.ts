import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { CsvError, parse, type Options } from 'csv-parse';
import { parse as parseNow } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { z } from 'zod';
import { findColumns, recogniseHeadings, type ColumnPlaces } from '#libs/registry';
import { errorCode, explainFileError } from '../home/files.js';
import { Problem } from '../problem.js';
import { detectEncoding, type FileHead, type TextEncoding } from './metadata-encoding.js';

const DELIMITERS = [',', ';', '\t'] as const;
const MAX_RECORD_CHARACTERS = 256 * 1024;
const recordsSchema = z.array(z.array(z.string()));
const recordSchema = z.array(z.string());

type Delimiter = (typeof DELIMITERS)[number];

/** One record of the table. */
export interface MetadataRecord {
  /** As a spreadsheet counts: the headings are row 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

/** A table of metadata: comma, semicolon or tab between cells; UTF-8, GB18030 or UTF-16. */
export class MetadataFile {
  private constructor(
    readonly path: string,
    readonly encoding: TextEncoding,
    readonly delimiter: Delimiter,
    readonly headings: readonly string[],
    readonly columns: ColumnPlaces,
  ) {}

  /**
   * Finds out how the file is written and what its columns are.
   * @throws Problem naming the file if it cannot be read; RegistryError, field "metadata", if a column that is needed is missing
   */
  static async open(path: string): Promise<MetadataFile> {
    const head = await detectEncoding(path);
    const [delimiter, headings] = readHeadings(path, head);
    return new MetadataFile(path, head.encoding, delimiter, headings, findColumns(headings));
  }

  /**
   * The number of rows with content; reads the file once.
   * @throws Problem naming the row where the table breaks off
   */
  async countRows(): Promise<number> {
    let rows = 0;
    for await (const _record of this.records()) rows += 1;
    return rows;
  }

  /**
   * The rows with content, one after the other; memory does not grow with their number.
   * @throws Problem naming the row where the table breaks off
   */
  async *records(): AsyncGenerator<MetadataRecord, void, void> {
    const parser = parse(optionsFor(this.delimiter));
    const file = createReadStream(this.path);
    // An error of any of the three ends the parser with it, and so reaches the loop below.
    pipeline(file, iconv.decodeStream(this.encoding, { stripBOM: true }), parser, () => undefined);
    let row = 0;
    try {
      for await (const record of parser) {
        row += 1;
        const cells = recordSchema.parse(record);
        if (row > 1 && cells.some((cell) => cell.trim() !== '')) yield { row, cells };
      }
    } catch (error) {
      throw explainCsvError(error, this.path, row + 1);
    } finally {
      file.destroy();
    }
  }
}

/** The delimiter is the one that shows the most known headings. */
function readHeadings(path: string, head: FileHead): [Delimiter, readonly string[]] {
  const text = iconv.decode(head.bytes, head.encoding, { stripBOM: true });
  const readings = DELIMITERS.map((delimiter): [Delimiter, readonly string[]] => {
    try {
      return [delimiter, recordsSchema.parse(parseNow(text, { ...optionsFor(delimiter), to: 1 }))[0] ?? []];
    } catch (error) {
      throw explainCsvError(error, path, 1);
    }
  });
  const known = ([, headings]: [Delimiter, readonly string[]]) => recogniseHeadings(headings).size;
  return readings.reduce((best, reading) => (known(reading) > known(best) ? reading : best));
}

function optionsFor(delimiter: Delimiter): Options {
  return {
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    max_record_size: MAX_RECORD_CHARACTERS,
  };
}

function explainCsvError(error: unknown, path: string, row: number): unknown {
  if (error instanceof CsvError) {
    const open = error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED';
    const problem = open ? 'a quotation mark is not closed' : error.message;
    return new Problem(path, `row ${row}: ${problem}`, 'correct the row and import again', { cause: error });
  }
  return errorCode(error) === undefined ? error : explainFileError(error, path);
}
