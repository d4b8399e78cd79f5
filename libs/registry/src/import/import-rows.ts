import type { Actor, AuditEvent } from '../audit.js';
import { commitTo, type Opening } from '../audit-events/commitment.js';
import { RegistryError, type RegistryErrorCode } from '../errors.js';
import { chinaDate } from '../registration/civil-date.js';
import type { KeptSalt, RegistryHead } from '../registration/ports.js';
import type { RegistrationDesk } from '../registration/registration-desk.js';
import { readImportRow, type ImportRow } from './import-row.js';
import { mapAhead } from './map-ahead.js';
import { otherPictureUnderNumber, placeRow, type Placement, type ReadyRow } from './place-row.js';

const ROWS_PER_TRANSACTION = 64;
const ROW_FAULTS: ReadonlySet<RegistryErrorCode> = new Set(['INVALID_INPUT', 'UNFIT_PICTURE', 'NOT_FOUND']);

/** What came of one row. */
export interface RowOutcome<R extends ImportRow = ImportRow> {
  readonly row: R;
  readonly outcome: 'imported' | 'updated' | 'unchanged' | 'rejected';
  /** Why it was rejected; empty otherwise. */
  readonly problems: readonly RegistryError[];
}

/** What an import works with. */
export interface ImportDesk extends RegistrationDesk {
  /** Rows whose pictures are read and fingerprinted at once: 1 to what the fingerprinter takes. */
  readonly rowsAhead: number;
}

type PreparedRow<R extends ImportRow> = { readonly row: R } & (
  { readonly ready: ReadyRow } | { readonly problems: readonly RegistryError[] }
);

/**
 * Imports rows in their order, some tens in a transaction with a log entry of its own, and gives what came of each once that is
 * committed. Rows that the registry has already are unchanged, without a fingerprint: an import that was stopped goes
 * on when it is run again, and twice is the same as once. A bad row is rejected and the rest goes on. Memory does not grow with the
 * number of rows.
 * @throws what is no fault of a row: the registry cannot be reached, the log not written, a deposit copy not stored
 */
export async function* importRows<R extends ImportRow>(
  desk: ImportDesk,
  rows: AsyncIterable<R>,
  actor: Actor,
): AsyncGenerator<RowOutcome<R>, void, void> {
  let batch: PreparedRow<R>[] = [];
  for await (const prepared of mapAhead(rows, desk.rowsAhead, (row) => prepareRow(desk, row))) {
    batch.push(prepared);
    if (batch.length === ROWS_PER_TRANSACTION) {
      yield* await commitRows(desk, batch, actor);
      batch = [];
    }
  }
  if (batch.length > 0) yield* await commitRows(desk, batch, actor);
}

async function prepareRow<R extends ImportRow>(desk: ImportDesk, row: R): Promise<PreparedRow<R>> {
  const read = readImportRow(row.cells, desk.province, chinaDate(desk.clock.now()));
  if ('problems' in read) return { row, problems: read.problems };
  try {
    const picture = await row.loadPicture();
    const pictureDigest = desk.digest(picture);
    const known = await desk.registry.findPatternByDigest(pictureDigest);
    if (known) return { row, ready: { ...read, pictureDigest, fingerprinted: null } };
    const { registrationNumber } = read.content;
    if (registrationNumber !== null && (await desk.registry.findByNumber(registrationNumber))) {
      return { row, problems: [otherPictureUnderNumber()] };
    }
    const fingerprinted = await desk.fingerprinter.fingerprint(picture);
    await desk.depositCopies.put(pictureDigest, picture);
    return { row, ready: { ...read, pictureDigest, fingerprinted } };
  } catch (error) {
    if (error instanceof RegistryError && ROW_FAULTS.has(error.code)) return { row, problems: [error] };
    throw error;
  }
}

async function commitRows<R extends ImportRow>(
  desk: ImportDesk,
  batch: readonly PreparedRow<R>[],
  actor: Actor,
): Promise<RowOutcome<R>[]> {
  return desk.registry.transaction(async (writer) => {
    const joinedAt = await writer.joinedAt();
    const placed: [PreparedRow<R>, Placement][] = [];
    for (const prepared of batch) {
      const placement: Placement =
        'ready' in prepared
          ? await placeRow(writer, { ...desk, joinedAt }, prepared.ready)
          : { outcome: 'rejected', problems: prepared.problems };
      placed.push([prepared, placement]);
    }
    const pictures = picturesOf(desk, placed);
    await writer.keepSalts(pictures);
    const event = importedEvent(desk, placed, actor, { pictures, ...(await writer.head()) });
    if (event) await writer.log.append(event);
    return placed.map(([{ row }, placement]) => ({
      row,
      outcome: placement.outcome,
      problems: placement.outcome === 'rejected' ? placement.problems : [],
    }));
  });
}

/** What is committed to: the picture of each registration that is new. */
function picturesOf(
  { random }: ImportDesk,
  placed: readonly (readonly [PreparedRow<ImportRow>, Placement])[],
): (KeptSalt & Opening)[] {
  return placed.flatMap(([prepared, placement]) =>
    'ready' in prepared && placement.outcome === 'imported'
      ? [
          {
            about: placement.registrationId,
            of: 'picture',
            salt: random.salt(),
            value: prepared.ready.pictureDigest,
          },
        ]
      : [],
  );
}

/** Null if nothing came of the batch: all of it was there. */
function importedEvent(
  desk: ImportDesk,
  placed: readonly (readonly [{ readonly row: ImportRow }, Placement])[],
  actor: Actor,
  { pictures, ...head }: RegistryHead & { readonly pictures: readonly (KeptSalt & Opening)[] },
): AuditEvent | null {
  const idsOf = (outcome: Placement['outcome']) =>
    placed.flatMap(([, placement]) =>
      placement.outcome === outcome && placement.outcome !== 'rejected' ? [placement.registrationId] : [],
    );
  const imported = idsOf('imported');
  const updated = idsOf('updated');
  const unchanged = idsOf('unchanged').length;
  if (unchanged === placed.length) return null;
  const rows = {
    firstRow: placed[0]?.[0].row.row ?? null,
    lastRow: placed.at(-1)?.[0].row.row ?? null,
    imported,
    updated,
    unchanged,
    exempt: placed.flatMap(([, placement]) =>
      placement.outcome !== 'rejected' && placement.exempt ? [placement.exempt] : [],
    ),
    rejected: placed.length - imported.length - updated.length - unchanged,
  };
  const type = 'registry.imported';
  const event = { type, actor, at: desk.clock.now().toISOString(), subject: null } as const;
  return imported.length + updated.length > 0
    ? {
        ...event,
        outcome: 'success',
        details: { ...rows, pictures: pictures.map((one) => commitTo(desk.digest, one)), ...head },
      }
    : { ...event, outcome: 'failure', details: rows };
}
