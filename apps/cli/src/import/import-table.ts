import {
  RegistryError,
  importRows,
  unguardFormula,
  type Actor,
  type ImportDesk,
  type ImportRow,
} from '#libs/registry';
import { type ImportCounts, type ImportProgress } from './import-progress.js';
import { type MetadataFile, type MetadataRecord } from './metadata-file.js';
import { type PictureFolder } from './picture-folder.js';
import { type RejectsFile } from './rejects-file.js';

/** What an import reads and where it tells what it could not take. */
export interface ImportTable {
  readonly metadata: MetadataFile;
  readonly pictures: PictureFolder;
  readonly rejects: RejectsFile;
}

/** A row with the cells of all its columns, known or not. */
interface TableRow extends ImportRow {
  readonly record: readonly string[];
}

/**
 * Imports a table with its pictures.
 * @param stop asks to take no further row; those under way are still imported
 */
export async function importTable(
  desk: ImportDesk,
  { metadata, pictures, rejects }: ImportTable,
  actor: Actor,
  progress: ImportProgress,
  stop: AbortSignal,
): Promise<Readonly<ImportCounts>> {
  const counts: ImportCounts = { imported: 0, updated: 0, unchanged: 0, rejected: 0 };
  for await (const outcome of importRows(desk, readRows(metadata, pictures, stop), actor)) {
    counts[outcome.outcome] += 1;
    if (outcome.outcome === 'rejected') await rejects.add(outcome, outcome.row.record);
    progress.advance(counts);
  }
  return counts;
}

async function* readRows(
  metadata: MetadataFile,
  pictures: PictureFolder,
  stop: AbortSignal,
): AsyncGenerator<TableRow, void, void> {
  for await (const record of metadata.records()) {
    if (stop.aborted) return;
    yield tableRow(metadata, pictures, record);
  }
}

function tableRow(metadata: MetadataFile, pictures: PictureFolder, { row, cells }: MetadataRecord): TableRow {
  const named = [...metadata.columns].map(([column, place]) => [column, cells[place] ?? ''] as const);
  const picture = cells[metadata.columns.get('picture') ?? -1] ?? '';
  return {
    row,
    record: cells,
    cells: Object.fromEntries(named),
    loadPicture: async () => {
      if (cells.slice(metadata.headings.length).some((cell) => cell.trim() !== '')) {
        const problem = `has ${cells.length} cells under ${metadata.headings.length} headings`;
        throw new RegistryError(
          'INVALID_INPUT',
          'row',
          problem,
          'put cells that hold the delimiter in quotation marks',
        );
      }
      return pictures.load(unguardFormula(picture).trim());
    },
  };
}
