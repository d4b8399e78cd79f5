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
