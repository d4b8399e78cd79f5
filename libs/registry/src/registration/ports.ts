import type { AuditLog } from '../audit.js';
import type { Opening } from '../audit-events/commitment.js';
import type { Pattern, Registration, RegistrationState, StoredFingerprint } from './registration.js';

/** A page of registrations by filter; `limit` at most 200. */
export interface RegistrationFilter {
  readonly state?: RegistrationState;
  readonly category?: string;
  /** Substring of title or number. */
  readonly text?: string;
  readonly limit: number;
  /** The last registration id of the page before. */
  readonly after?: string;
}

/** Where the registry stands: every change of what is searchable moves `position` by one, in commit order. */
export interface RegistryHead {
  readonly position: number;
  /** Registrations that are searchable (all of them: refused and revoked ones stay). */
  readonly searchable: number;
}

/** What a province's own log says of how much there is to search. */
export interface DeclaredCount {
  /** Registrations searchable, by that entry. */
  readonly searchable: number;
  /** Index of the entry that says so: of the change that left the registry there. */
  readonly entry: number;
}

/** A province's log as a declaration of what its registry holds. */
export interface DeclaredCounts {
  /** Entries of the newest checkpoint of the log that its quorum cosigned; 0 while there is none. */
  cosigned(): number;
  /**
   * The count after the latest change up to `position`, or the last one under `cosigned` if that is greater: a registry that has
   * fallen behind what it once declared. Null while the log has no such entry.
   * @param position of the registry when it was searched
   * @param cosigned as told before the search, so that the search has seen whatever was cosigned by then
   */
  declared(position: number, cosigned: number): Promise<DeclaredCount | null>;
}

/** A registration as the index needs it. */
export interface SearchableRegistration {
  readonly registrationId: string;
  readonly patternId: string;
  readonly state: RegistrationState;
  /** Of the model asked for, its first FINGERPRINT_HEAD_BYTES or more; null if this pattern has none yet. */
  readonly fingerprint: Uint8Array | null;
  /** The change that last touched it. */
  readonly position: number;
}

/** What a set of searchable registrations is, in short: two sets that differ have another digest. */
export interface Holdings {
  readonly count: number;
  /**
   * 16 hex digits: the sum, modulo 2^64, of the first 8 bytes (the highest first) of the SHA-256 of "registration-id pattern-id state"
   * of each. A guard against files and databases that do not belong together, not against people.
   */
  readonly digest: string;
}

/** Reading one province's registry. */
export interface RegistryReader {
  head(): Promise<RegistryHead>;
  /** When this province's log began: RFC 3339; null while it is empty. */
  joinedAt(): Promise<string | null>;
  /** Registrations changed after `position`, in order of their change; at most `limit` (1 to 5,000). */
  changesSince(position: number, modelDigest: string, limit: number): Promise<SearchableRegistration[]>;
  /** The registrations that have a fingerprint of this model, and the change at which they are these; reads all of them. */
  holdings(modelDigest: string): Promise<Holdings & Pick<RegistryHead, 'position'>>;
  find(registrationId: string): Promise<Registration | undefined>;
  /** Those that exist, in the order asked; at most 100 ids. */
  findMany(registrationIds: readonly string[]): Promise<Registration[]>;
  findByNumber(registrationNumber: string): Promise<Registration | undefined>;
  findPatternByDigest(pictureDigest: string): Promise<Pattern | undefined>;
  findPattern(patternId: string): Promise<Pattern | undefined>;
  /** Patterns that have no fingerprint of this model, by pattern id, those after `after` only; at most `limit` (1 to 1,000). */
  patternsWithout(modelDigest: string, after: string | null, limit: number): Promise<Pattern[]>;
  /** The registrations of one picture, in the order in which they entered; at most 200. */
  findByPattern(patternId: string): Promise<Registration[]>;
  list(filter: RegistrationFilter): Promise<Registration[]>;
  /** All registrations with their pattern, in the order in which they entered, without holding them in memory (for export). */
  stream(): AsyncIterable<{ registration: Registration; pattern: Pattern }>;
}

/** Changing it; every call is part of one transaction. */
export interface RegistryWriter extends RegistryReader {
  /** @throws RegistryError CONFLICT if the picture digest is there already */
  insertPattern(pattern: Pattern, fingerprint: StoredFingerprint): Promise<void>;
  /**
   * Gives a pattern a fingerprint of one more model and moves the head once for each of its registrations, so that every
   * index reads them again. Changes nothing if the pattern has one of that model already.
   * @throws RegistryError NOT_FOUND
   */
  addFingerprint(patternId: string, fingerprint: StoredFingerprint): Promise<void>;
  /** Moves the head. @throws RegistryError CONFLICT if the registration number is there already */
  insertRegistration(registration: Registration): Promise<void>;
  /**
   * Replaces all but registration id, pattern id, province and filedAt; moves the head.
   * @throws RegistryError NOT_FOUND; CONFLICT if another registration has its number
   */
  updateRegistration(registration: Registration): Promise<void>;
  /** Takes the next serial of this category and year, from 1; gaps are not reused. */
  nextSerial(year: number, category: string): Promise<number>;
  /** Makes every later serial of this category and year greater than `serial`: that number was given before. */
  raiseSerial(year: number, category: string, serial: number): Promise<void>;
  /**
   * Notes that a clear token let this registration in.
   * @throws RegistryError NO_CLEAR_TOKEN if it was used before
   */
  useClearToken(tokenId: string, registrationId: string): Promise<void>;
  /** Keeps the salts of what the entries of this transaction commit to. */
  keepSalts(salts: readonly KeptSalt[]): Promise<void>;
  /**
   * Erases the salts of what was committed to about a registration, its checks, the decisions on them and the findings between provinces,
   * with these findings' reasons, and puts `inPlace` in the place of all other reasons. The registration may be another province's.
   */
  eraseTraces(registrationId: string, inPlace: string): Promise<ErasedTraces>;
  /** Locks one registration until the transaction ends, so that two examiners decide one after the other. */
  lock(registrationId: string): Promise<Registration | undefined>;
  readonly log: AuditLog;
}

/** The salt of what an entry commits to, beside the registration, the check or the decision that it is about. */
export interface KeptSalt extends Pick<Opening, 'of' | 'salt'> {
  /** Id of the registration, the check or the decision. */
  readonly about: string;
}

/** What was erased beside a registration: how much there was. */
export interface ErasedTraces {
  readonly salts: number;
  readonly reasons: number;
}

/** Salts, as long as they are kept. */
export interface SaltStore {
  /** Null if none was kept, or it was erased. */
  find(about: string, of: Opening['of']): Promise<string | null>;
}

/** One province's registry. */
export interface Registry extends RegistryReader {
  /**
   * Runs `work` in one transaction: all of it is committed, its log entries included, or nothing. Transactions run one after the
   * other, whichever process runs them: what `work` looked up is still so when it commits.
   */
  transaction<T>(work: (writer: RegistryWriter) => Promise<T>): Promise<T>;
}

/** The pictures as filed; they never leave the province by this port. */
export interface DepositCopies {
  /** Durable when it returns; the same bytes twice are one copy. */
  put(pictureDigest: string, picture: Uint8Array): Promise<void>;
  /** @throws RegistryError NOT_FOUND */
  get(pictureDigest: string): Promise<Uint8Array>;
}

/** What a picture became. */
export interface FingerprintedPicture {
  readonly pattern: Omit<Pattern, 'patternId'>;
  readonly fingerprint: StoredFingerprint;
}

/** Picture to fingerprint. */
export interface Fingerprinter {
  /** Of the model and preprocessing in use. */
  readonly modelDigest: string;
  /**
   * @param picture the file's bytes: JPEG, PNG, WebP or TIFF
   * @throws RegistryError INVALID_INPUT for what is no such picture, is damaged, too large or too small; UNFIT_PICTURE for one
   *   without enough structure to compare, or whose pattern covers too little of it
   */
  fingerprint(picture: Uint8Array): Promise<FingerprintedPicture>;
}
