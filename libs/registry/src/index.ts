export { allProvinces, findProvince, type Province, type ProvinceId } from './province.js';
export { RegistryError, type RegistryErrorCode } from './errors.js';
export type { Actor, AuditEvent, AuditEventType, AuditLog, LogOrigin } from './audit.js';
export {
  REGISTRATION_STATES,
  type Pattern,
  type Registration,
  type RegistrationState,
  type StoredFingerprint,
  type WorkMetadata,
} from './registration/registration.js';
export type {
  DepositCopies,
  FingerprintedPicture,
  Fingerprinter,
  RegistrationFilter,
  Registry,
  RegistryHead,
  RegistryReader,
  RegistryWriter,
  SearchableRegistration,
} from './registration/ports.js';
export type { IndexEntry, IndexHit, IndexQuery, IndexResult, SimilarityIndex } from './similarity.js';
export {
  MAX_BATCH_ITEMS,
  MAX_FINGERPRINT_BYTES,
  MAX_LIMIT,
  MAX_QUERIES_PER_CALL,
  OUTCOMES,
  VERDICTS,
  answerSchema,
  questionSchema,
  resultSchema,
  type Answer,
  type Candidate,
  type CoverageRow,
  type Hit,
  type Outcome,
  type Question,
  type Result,
  type Verdict,
} from './duplicate-check/statements.js';
export type {
  BatchEvent,
  Calibration,
  Clock,
  CoordinatorReply,
  Digest,
  DirectoryView,
  Federation,
  MemberClient,
  MemberReply,
  MetadataClient,
  Random,
  SharedRegistration,
  Signatory,
  SignedQuestion,
  StatementSigner,
  StatementVerifier,
  TimedReply,
} from './duplicate-check/ports.js';
export {
  MAX_PASSWORD_CHARACTERS,
  ROLES,
  userNameSchema,
  type NewPerson,
  type Person,
  type Role,
  type SignedIn,
} from './people/person.js';
export type { AttemptDecision, Attempts } from './people/attempts.js';
export type { AttemptKey, AttemptLedger, PasswordHasher, PeopleStore } from './people/ports.js';
export { openSession, readSession, type Session, type SessionKeeper } from './people/sessions.js';
export { TooManyAttempts, logIn, type LogInDeps } from './people/log-in.js';
export { addPerson, type AddPersonDeps } from './people/add-person.js';
