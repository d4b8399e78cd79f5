import type { Actor, AuditEvent } from '../audit.js';
import type { Digest } from '../duplicate-check/ports.js';
import { RegistryError, type RegistryErrorCode } from '../errors.js';
import { chinaDate } from '../registration/civil-date.js';
import { retryingConflict } from '../registration/keep-pattern.js';
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
  readonly digest: Digest;
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
  const commit = () =>
    desk.registry.transaction(async (writer) => {
      const placements: Placement[] = [];
      for (const prepared of batch) {
        placements.push(
          'ready' in prepared
            ? await placeRow(writer, desk, prepared.ready)
            : { outcome: 'rejected', problems: prepared.problems },
        );
      }
      const event = importedEvent(desk, batch, placements, actor);
      if (event) await writer.log.append(event);
      return placements;
    });
  try {
    const placements = batch.length > 1 ? await commit() : await retryingConflict(commit);
    return placements.map((placement, place) => rowOutcome(batch[place], placement));
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'CONFLICT') throw error;
    if (batch.length > 1) return commitOneByOne(desk, batch, actor);
    const placement: Placement = { outcome: 'rejected', problems: [error] };
    const event = importedEvent(desk, batch, [placement], actor);
    if (event) await desk.log.append(event);
    return [rowOutcome(batch[0], placement)];
  }
}

/** Another process took a picture or number of these while they were written: find out whose. */
async function commitOneByOne<R extends ImportRow>(
  desk: ImportDesk,
  batch: readonly PreparedRow<R>[],
  actor: Actor,
): Promise<RowOutcome<R>[]> {
  const outcomes: RowOutcome<R>[] = [];
  for (const prepared of batch) outcomes.push(...(await commitRows(desk, [prepared], actor)));
  return outcomes;
}

function rowOutcome<R extends ImportRow>(
  prepared: PreparedRow<R> | undefined,
  placement: Placement,
): RowOutcome<R> {
  if (!prepared) throw new Error('more placements than rows');
  const problems = placement.outcome === 'rejected' ? placement.problems : [];
  return { row: prepared.row, outcome: placement.outcome, problems };
}

/** Null if nothing came of the batch: all of it was there. */
function importedEvent(
  desk: ImportDesk,
  batch: readonly PreparedRow<ImportRow>[],
  placements: readonly Placement[],
  actor: Actor,
): AuditEvent | null {
  const idsOf = (outcome: Placement['outcome']) =>
    placements.flatMap((placement) =>
      placement.outcome === outcome && 'registrationId' in placement ? [placement.registrationId] : [],
    );
  const imported = idsOf('imported');
  const updated = idsOf('updated');
  const unchanged = idsOf('unchanged').length;
  if (unchanged === placements.length) return null;
  return {
    type: 'registry.imported',
    outcome: imported.length + updated.length > 0 ? 'success' : 'failure',
    actor,
    at: desk.clock.now().toISOString(),
    subject: null,
    details: {
      firstRow: batch[0]?.row.row ?? null,
      lastRow: batch.at(-1)?.row.row ?? null,
      imported,
      updated,
      unchanged,
      rejected: placements.length - imported.length - updated.length - unchanged,
    },
  };
}
