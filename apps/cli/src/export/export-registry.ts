import { open, readdir, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import {
  EXPORT_HEADINGS,
  IMPORT_COLUMNS,
  guardFormula,
  type DepositCopies,
  type ImportColumn,
  type Pattern,
  type Registration,
  type RegistryReader,
} from '#libs/registry';
import { errorCode, explainFileError, makeFolder } from '../home/files.js';
import { Problem } from '../problem.js';

const BYTE_ORDER_MARK = '\ufeff';
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/tiff', 'tif'],
]);

/** Where an export was written. */
export interface ExportedRegistry {
  readonly metadata: string;
  readonly pictures: string;
  readonly registrations: number;
}

/**
 * Writes a registry as an import takes it: metadata.csv, and pictures/ with every deposit copy once. The table appears under its
 * name when it is whole. Memory does not grow with the number of registrations.
 * @param folder new or empty
 * @param advance told of each registration written
 * @throws Problem naming the folder or file that is in the way or cannot be written
 */
export async function exportRegistry(
  registry: Pick<RegistryReader, 'stream'>,
  depositCopies: Pick<DepositCopies, 'get'>,
  folder: string,
  advance: () => void = () => undefined,
): Promise<ExportedRegistry> {
  await makeEmptyFolder(folder);
  const [metadata, pictures, draft] = [
    join(folder, 'metadata.csv'),
    join(folder, 'pictures'),
    join(folder, 'metadata.csv.partial'),
  ];
  makeFolder(pictures);
  const table = await open(draft, 'wx', 0o600).catch((error: unknown) => {
    throw explainFileError(error, draft);
  });
  let registrations = 0;
  try {
    await write(
      table,
      draft,
      BYTE_ORDER_MARK + line(IMPORT_COLUMNS.map((column) => EXPORT_HEADINGS[column])),
    );
    for await (const { registration, pattern } of registry.stream()) {
      const name = pictureName(pattern);
      await writeOnce(join(pictures, name), () => depositCopies.get(pattern.pictureDigest));
      const cells = cellsOf(registration, name);
      await write(table, draft, line(IMPORT_COLUMNS.map((column) => guardFormula(cells[column] ?? ''))));
      registrations += 1;
      advance();
    }
    await table.sync();
  } finally {
    await table.close();
  }
  await rename(draft, metadata);
  return { metadata, pictures, registrations };
}

function cellsOf(registration: Registration, picture: string): Record<ImportColumn, string | null> {
  const { registrationNumber, registeredOn, title, category, owner } = registration;
  const { completedOn, firstPublishedOn, centre, state, reason, registrationId } = registration;
  return {
    registrationNumber,
    registeredOn,
    title,
    category,
    owner,
    completedOn,
    firstPublishedOn,
    centre,
    state,
    reason,
    picture,
    registrationId,
  };
}

function pictureName({ pictureDigest, mediaType }: Pattern): string {
  const ending = ENDINGS.get(mediaType);
  if (ending === undefined) throw new Error(`no file ending is known for ${mediaType}`);
  return `${pictureDigest.slice('sha256:'.length)}.${ending}`;
}

async function makeEmptyFolder(folder: string): Promise<void> {
  makeFolder(folder);
  const found = await readdir(folder);
  if (found.length > 0) throw new Problem(folder, 'is not empty', 'give a new folder for the export');
}

/** Several registrations may have one picture; it is named by its content. */
async function writeOnce(path: string, content: () => Promise<Uint8Array>): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    throw explainFileError(error, path);
  }
  try {
    await writeFile(file, await content());
  } catch (error) {
    await rm(path, { force: true });
    throw errorCode(error) === undefined ? error : explainFileError(error, path);
  } finally {
    await file.close();
  }
}

async function write(file: FileHandle, path: string, text: string): Promise<void> {
  try {
    await file.write(text);
  } catch (error) {
    throw explainFileError(error, path);
  }
}

function line(cells: readonly string[]): string {
  return stringify([[...cells]], { record_delimiter: '\r\n' });
}
