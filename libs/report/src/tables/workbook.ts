import { guardFormula } from '#libs/registry';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { printable } from '../typesetting/printable.js';

/** What a cell holds; null for an empty one. */
export type CellValue = string | number | null;

/** A sheet of a workbook: headings and rows. */
export interface TableSheet {
  /** At most 31 characters, none of : \ / ? * [ ] */
  readonly name: string;
  readonly columns: readonly { readonly heading: string; /** Characters. */ readonly width: number }[];
  readonly rows: readonly (readonly CellValue[])[];
}

/**
 * A workbook (XLSX). Texts stay texts: none is run as a formula, also after a spreadsheet saved it as CSV, and characters that XML does not
 * know are written as their code points.
 */
export async function writeWorkbook(sheets: readonly TableSheet[]): Promise<Buffer> {
  const written = sheets.map(({ name, columns, rows }) => ({
    sheet: name,
    columns: columns.map(({ width }) => ({ width })),
    stickyRowsCount: 1,
    data: [
      columns.map(({ heading }) => ({ value: heading, type: String, fontWeight: 'bold' as const })),
      ...rows.map((row) => row.map(cell)),
    ] satisfies SheetData,
  }));
  return writeXlsxFile(written).toBuffer();
}

function cell(value: CellValue): SheetData[number][number] {
  if (value === null) return null;
  if (typeof value === 'number') return { value, type: Number };
  return { value: guardFormula(printable(value, () => true)), type: String };
}
