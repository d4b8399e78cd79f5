import { RegistryError } from '../errors.js';
import type { Province } from '../province.js';
import { isRealDate } from '../registration/civil-date.js';
import { isRegistrationId, parseReason } from '../registration/decide-registration.js';
import {
  readRegistrationNumber,
  writeRegistrationNumber,
  type RegistrationNumber,
} from '../registration/registration-number.js';
import type { Registration, RegistrationState, WorkMetadata } from '../registration/registration.js';
import { readWorkMetadata } from '../registration/work-metadata.js';
import type { ImportColumn } from './columns.js';
import { unguardFormula } from './formula-guard.js';
import { readCategoryCell, readDateCell, readStateCell } from './read-cell.js';

/** One row of an existing registry. */
export interface ImportRow {
  /** Where it stands; the headings are row 1. */
  readonly row: number;
  /** Its cells as written; a column that the table has not is left out. */
  readonly cells: Readonly<Partial<Record<ImportColumn, string>>>;
  /**
   * The picture file's bytes.
   * @throws RegistryError INVALID_INPUT, field "picture"
   */
  loadPicture(): Promise<Uint8Array>;
}

/** What a row says, as it is to stand in the registry. */
export interface RowContent
  extends WorkMetadata, Pick<Registration, 'registrationNumber' | 'registeredOn' | 'state' | 'reason'> {}

export type ReadRow =
  | {
      readonly content: RowContent;
      readonly number: RegistrationNumber | null;
      /** Null unless the row comes from an export. */
      readonly registrationId: string | null;
    }
  | { readonly problems: readonly RegistryError[] };

const HAS_NUMBER: ReadonlySet<RegistrationState> = new Set(['registered', 'revoked']);

/**
 * Reads one row for a province: its number must be one of the province's own. Without a state it is registered.
 * @param today ISO 8601 date
 * @returns what it says, or every problem found, each INVALID_INPUT with the column as field
 */
export function readImportRow(cells: ImportRow['cells'], province: Province, today: string): ReadRow {
  const problems: RegistryError[] = [];
  const note = (field: ImportColumn, problem: string, remedy: string) => {
    problems.push(new RegistryError('INVALID_INPUT', field, problem, remedy));
  };
  const text = (column: ImportColumn) => unguardFormula(cells[column] ?? '').trim();

  const state = text('state') === '' ? 'registered' : readStateCell(text('state'));
  if (!state) note('state', 'is no known state', 'write 已申请, 已审查, 已登记, 不予登记 or 已撤销');
  const number = collecting(problems, () => readNumberCell(text('registrationNumber'), state, province));
  const registeredOn = readDateCell(text('registeredOn'));
  const dateProblem = state && problemOfRegistrationDate(registeredOn, state, today);
  if (dateProblem) note('registeredOn', dateProblem, 'write the day of registration like 2021-03-05');
  const category = readCategoryCell(text('category')) ?? number?.category ?? '';
  if (number && category !== number.category) {
    note('category', `is not ${number.category}, as the number says`, 'correct one of the two');
  }
  const reason = text('reason') === '' ? '' : collecting(problems, () => parseReason(text('reason')));
  if (text('picture') === '') note('picture', 'is empty', "write the picture's file name");
  const registrationId = text('registrationId').toLowerCase() || null;
  if (registrationId !== null && !isRegistrationId(registrationId)) {
    note('registrationId', 'is not a UUID', 'leave it empty, or as it was exported');
  }
  const work = readWorkMetadata(
    {
      title: text('title'),
      category,
      owner: text('owner'),
      completedOn: readDateCell(text('completedOn')),
      firstPublishedOn: readDateCell(text('firstPublishedOn')),
      centre: text('centre'),
    },
    today,
  );
  if ('problems' in work) problems.push(...work.problems);
  if ('problems' in work || problems.length > 0 || !state || number === undefined || reason === undefined) {
    return { problems };
  }
  const registrationNumber = number && writeRegistrationNumber(number);
  return {
    content: { ...work.metadata, registrationNumber, registeredOn, state, reason },
    number,
    registrationId,
  };
}

function readNumberCell(
  text: string,
  state: RegistrationState | undefined,
  province: Province,
): RegistrationNumber | null {
  const wrong = (problem: string, remedy: string) =>
    new RegistryError('INVALID_INPUT', 'registrationNumber', problem, remedy);
  if (text === '') {
    if (!state || !HAS_NUMBER.has(state)) return null;
    throw wrong('is empty', 'give the number, or the state 已申请 (applied) if there is none yet');
  }
  const number = readRegistrationNumber(text);
  if (number.region !== province.regionWord) {
    throw wrong(
      `belongs to ${number.region}, not to ${province.nameZh} (${province.regionWord})`,
      'import it in the province that registered it',
    );
  }
  if (state && !HAS_NUMBER.has(state)) {
    throw wrong(`is given though the work is ${state}`, 'leave it empty, or correct the state');
  }
  return number;
}

function problemOfRegistrationDate(
  date: string | null,
  state: RegistrationState,
  today: string,
): string | undefined {
  if (!HAS_NUMBER.has(state)) return date === null ? undefined : `is given though the work is ${state}`;
  if (date === null) return 'is empty';
  if (!isRealDate(date)) return 'is not a date that exists';
  return date > today ? 'is in the future' : undefined;
}

function collecting<T>(problems: RegistryError[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    problems.push(error);
    return undefined;
  }
}
