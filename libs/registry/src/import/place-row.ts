import type { Random } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import { chinaDate } from '../registration/civil-date.js';
import { keepPattern } from '../registration/keep-pattern.js';
import type { FingerprintedPicture, RegistryWriter } from '../registration/ports.js';
import type { RegistrationDesk } from '../registration/registration-desk.js';
import { canReach } from '../registration/registration-life.js';
import type { RegistrationNumber } from '../registration/registration-number.js';
import type { Pattern, Registration, WorkMetadata } from '../registration/registration.js';
import type { RowContent } from './import-row.js';

/** A row whose picture was read; `fingerprinted` is null if the pattern was in the registry when it was looked up. */
export interface ReadyRow {
  readonly content: RowContent;
  readonly number: RegistrationNumber | null;
  readonly registrationId: string | null;
  readonly pictureDigest: string;
  readonly fingerprinted: FingerprintedPicture | null;
}

/** What a row came to in the registry. */
export type Placement =
  | {
      readonly outcome: 'imported' | 'updated' | 'unchanged';
      readonly registrationId: string;
      /** "registration-id date" of one that comes in registered, without a clear token: it was registered before the province joined. */
      readonly exempt?: string;
    }
  | { readonly outcome: 'rejected'; readonly problems: readonly RegistryError[] };

/** The number is there with another picture: one of the two is wrong, and only a person can tell which. */
export function otherPictureUnderNumber(): RegistryError {
  return new RegistryError(
    'CONFLICT',
    'registrationNumber',
    'is in the registry with another picture',
    'correct the number or the picture; a registered work keeps its picture',
  );
}

/** What a row is placed with. */
export interface PlacingDesk extends Pick<RegistrationDesk, 'province' | 'clock' | 'random'> {
  /** When the province's log began; null while it is empty. */
  readonly joinedAt: string | null;
}

/**
 * Puts one row into the registry, as part of a transaction. Only what was registered before the province joined may come in
 * registered: after that every registration needs a clear token.
 */
export async function placeRow(writer: RegistryWriter, desk: PlacingDesk, row: ReadyRow): Promise<Placement> {
  const pattern = await writer.findPatternByDigest(row.pictureDigest);
  const existing = await findEntry(writer, pattern, row);
  if (existing instanceof RegistryError) return { outcome: 'rejected', problems: [existing] };
  if (existing) return updateExisting(writer, desk, existing, row);
  if (isRegistered(row.content) && !wasBefore(row.content, desk)) {
    return { outcome: 'rejected', problems: [registeredSince()] };
  }
  const patternId = pattern?.patternId ?? (await keepNewPattern(writer, row, desk.random));
  const registrationId = row.registrationId ?? desk.random.uuid();
  await writer.insertRegistration({
    ...row.content,
    registrationId,
    patternId,
    province: desk.province.id,
    filedAt: desk.clock.now().toISOString(),
  });
  await stepOverSerial(writer, row.number);
  const exempt = isRegistered(row.content) ? { exempt: exemption(registrationId, row.content) } : {};
  return { outcome: 'imported', registrationId, ...exempt };
}

type Standing = Pick<Registration, 'state' | 'registeredOn'>;

function isRegistered({ state }: Standing): boolean {
  return state === 'registered' || state === 'revoked';
}

/** Registered on the day on which the province joined, or earlier. */
function wasBefore({ registeredOn }: Standing, { joinedAt, clock }: PlacingDesk): boolean {
  const joinedOn = chinaDate(joinedAt === null ? clock.now() : new Date(joinedAt));
  return registeredOn !== null && registeredOn <= joinedOn;
}

function registeredSince(): RegistryError {
  return new RegistryError(
    'NO_CLEAR_TOKEN',
    'registeredOn',
    'lies after this province joined the federation',
    'import it as applied, check it, and register it at the node with a clear token',
  );
}

function exemption(registrationId: string, { registeredOn }: Standing): string {
  return `${registrationId} ${registeredOn ?? '-'}`;
}

function keepNewPattern(
  writer: RegistryWriter,
  { fingerprinted }: ReadyRow,
  random: Random,
): Promise<string> {
  if (!fingerprinted) throw new Error('a pattern has left the registry');
  return keepPattern(writer, fingerprinted, random);
}

/** The entry that a row is about: by its id, else its number, else, without either, the same picture and work. */
async function findEntry(
  writer: RegistryWriter,
  pattern: Pattern | undefined,
  { content, registrationId }: ReadyRow,
): Promise<Registration | RegistryError | undefined> {
  const { registrationNumber } = content;
  const numbered = registrationNumber === null ? undefined : await writer.findByNumber(registrationNumber);
  if (numbered && numbered.patternId !== pattern?.patternId) return otherPictureUnderNumber();
  const identified = registrationId === null ? undefined : await writer.find(registrationId);
  if (identified && identified.patternId !== pattern?.patternId) {
    const problem = 'is in the registry with another picture';
    return new RegistryError('CONFLICT', 'registrationId', problem, 'leave it empty for a new entry');
  }
  if (identified && numbered && identified.registrationId !== numbered.registrationId) {
    const problem = `is the number of ${numbered.registrationId}`;
    return new RegistryError('CONFLICT', 'registrationNumber', problem, 'correct the number or the id');
  }
  const entry = identified ?? numbered;
  if (entry || registrationId !== null || !pattern) return entry;
  return findSameWork(writer, pattern, content);
}

/** An entry of the same picture and work that has no number of its own, or that a row without number is an earlier view of. */
async function findSameWork(
  writer: RegistryWriter,
  pattern: Pattern,
  content: RowContent,
): Promise<Registration | undefined> {
  const entries = await writer.findByPattern(pattern.patternId);
  return entries.find(
    (entry) =>
      (entry.registrationNumber === null || content.registrationNumber === null) &&
      sameWork(entry, content) &&
      (canReach(entry.state, content.state) || canReach(content.state, entry.state)),
  );
}

function sameWork(one: WorkMetadata, other: WorkMetadata): boolean {
  return (
    one.title === other.title &&
    one.category === other.category &&
    one.owner === other.owner &&
    one.completedOn === other.completedOn &&
    one.firstPublishedOn === other.firstPublishedOn &&
    one.centre === other.centre
  );
}

/** The row corrects the metadata; the state only goes on: an old table does not undo what was decided since. */
async function updateExisting(
  writer: RegistryWriter,
  desk: PlacingDesk,
  existing: Registration,
  { content, number }: ReadyRow,
): Promise<Placement> {
  const { registrationId } = existing;
  if (
    existing.registrationNumber !== null &&
    (content.registrationNumber ?? existing.registrationNumber) !== existing.registrationNumber
  ) {
    const problem = `is ${existing.registrationNumber} in the registry`;
    const error = new RegistryError('CONFLICT', 'registrationNumber', problem, 'a number once given stays');
    return { outcome: 'rejected', problems: [error] };
  }
  if (!canReach(existing.state, content.state) && !canReach(content.state, existing.state)) {
    const problem = `is ${content.state}, but in the registry it is ${existing.state}`;
    const error = new RegistryError(
      'WRONG_STATE',
      'state',
      problem,
      'find out which is right; decide it at the node',
    );
    return { outcome: 'rejected', problems: [error] };
  }
  const goesOn = existing.state !== content.state && canReach(existing.state, content.state);
  const comesIn = goesOn && isRegistered(content) && !isRegistered(existing);
  if (comesIn && !wasBefore(content, desk)) return { outcome: 'rejected', problems: [registeredSince()] };
  const wanted: Registration = {
    ...existing,
    ...content,
    registrationNumber: content.registrationNumber ?? existing.registrationNumber,
    registeredOn: content.registeredOn ?? existing.registeredOn,
    state: goesOn ? content.state : existing.state,
    reason: goesOn || existing.state === content.state ? content.reason || existing.reason : existing.reason,
  };
  if (sameWork(existing, wanted) && sameStanding(existing, wanted)) {
    return { outcome: 'unchanged', registrationId };
  }
  await writer.updateRegistration(wanted);
  await stepOverSerial(writer, number);
  return {
    outcome: 'updated',
    registrationId,
    ...(comesIn ? { exempt: exemption(registrationId, wanted) } : {}),
  };
}

function sameStanding(one: Registration, other: Registration): boolean {
  return (
    one.registrationNumber === other.registrationNumber &&
    one.registeredOn === other.registeredOn &&
    one.state === other.state &&
    one.reason === other.reason
  );
}

async function stepOverSerial(writer: RegistryWriter, number: RegistrationNumber | null): Promise<void> {
  if (number) await writer.raiseSerial(number.year, number.category, number.serial);
}
