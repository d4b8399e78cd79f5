export { allProvinces, findProvince, type Province, type ProvinceId } from './province.js';
export { Busy, RegistryError, type RegistryErrorCode } from './errors.js';
export type { Actor, AuditEvent, AuditEventType, AuditLog, LogOrigin, RefusableType } from './audit.js';
export { registrationEvents } from './audit-events/registrations.js';
export { entryOf, EVENTS, readEntry, type EntryRecord } from './audit-events/catalogue.js';
export { commitTo, openingSchema, opensCommitment, type Opening } from './audit-events/commitment.js';
export type { EventForm, EventRow } from './audit-events/row.js';
export {
  REGISTRATION_STATES,
  type Pattern,
  type Registration,
  type RegistrationState,
  type StoredFingerprint,
  type WorkMetadata,
} from './registration/registration.js';
export type {
  DeclaredCount,
  DeclaredCounts,
  KeptSalt,
  SaltStore,
  ErasedTraces,
  DepositCopies,
  FingerprintedPicture,
  Fingerprinter,
  RegistrationFilter,
  Registry,
  RegistryHead,
  Holdings,
  RegistryReader,
  RegistryWriter,
  SearchableRegistration,
} from './registration/ports.js';
export type {
  IndexEntry,
  IndexHit,
  IndexQuery,
  IndexResult,
  KeptIndex,
  SimilarityIndex,
} from './similarity.js';
export {
  MAX_BATCH_ITEMS,
  FINGERPRINT_HEAD_BYTES,
  MAX_FINGERPRINT_BYTES,
  MAX_LIMIT,
  MAX_QUERIES_PER_CALL,
  OUTCOMES,
  VERDICTS,
  answerSchema,
  questionSchema,
  resultSchema,
  transformSchema,
  type Answer,
  type Candidate,
  type CoverageRow,
  type Hit,
  type Outcome,
  type Question,
  type Result,
  type Transform,
  type Verdict,
} from './duplicate-check/statements.js';
export {
  MAX_VERIFIED,
  verifyHits,
  type CandidateVerifier,
  type FingerprintReader,
  type VerifiableCandidate,
  type Verification,
  type VerifiedHits,
} from './duplicate-check/verify-hits.js';
export {
  CELL_SIDE,
  DESCRIPTOR_LENGTH,
  FRAME,
  MAX_FEATURES,
  emptyFeatures,
  type Fingerprint,
  type LocalFeatures,
  type RepeatUnit,
} from './fingerprint.js';
export type {
  AcceptedQuestion,
  BatchEvent,
  Calibration,
  Clock,
  CoordinatorReply,
  Digest,
  DirectoryView,
  Federation,
  MemberClient,
  MemberReplicas,
  MemberReply,
  LostQuestion,
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
  parseNewPerson,
  type NewPerson,
  type Person,
  type Role,
  type SignedIn,
} from './people/person.js';
export type { AttemptDecision, Attempts } from './people/attempts.js';
export type { AttemptKey, AttemptLedger, PasswordHasher, PeopleStore } from './people/ports.js';
export { openSession, readSession, type Session, type SessionKeeper } from './people/sessions.js';
export { TooManyAttempts, logIn, type LogInDeps } from './people/log-in.js';
export {
  CLEARABLE_CHECK_MS,
  CLEAR_TOKEN_MS,
  clearTokenSchema,
  type ClearToken,
} from './clear-token/clear-token.js';
export type { ClearTokenIssuer } from './clear-token/ports.js';
export {
  openClearToken,
  usedClearToken,
  type ClearTokenDeps,
  type OpenedToken,
} from './clear-token/open-clear-token.js';
export { TokenAges } from './clear-token/token-ages.js';
export { decisionInForce, type CheckDecision, type NewDecision } from './decision/check-decision.js';
export { DECISION_KINDS, LETS_IN, type DecisionKind } from './decision/decision-kinds.js';
export { confirmDecision, decideCheck, type DecisionDesk } from './decision/decide-check.js';
export type { DecisionStore } from './decision/ports.js';
export { addPerson, type AddPersonDeps } from './people/add-person.js';
export {
  acceptQuestion,
  QuestionRefused,
  type AcceptDependencies,
} from './duplicate-check/accept-question.js';
export { Turns, type TurnsOptions } from './duplicate-check/turns.js';
export { REFUSAL_REASONS, type RefusalReason } from './duplicate-check/refusal-reasons.js';
export {
  answerQuestions,
  type AnswerDependencies,
  type AnswerVerification,
  type MemberAnswer,
} from './duplicate-check/answer-questions.js';
export { checkBatch, type BatchPicture, type BatchRequest } from './duplicate-check/check-batch.js';
export { checkDuplicate, checkFingerprint, type CheckRequest } from './duplicate-check/check-duplicate.js';
export type { Check, CheckDependencies, CoordinatorWord, ShownCandidate } from './duplicate-check/check.js';
export {
  CurrentIndex,
  type CurrentSearch,
  type EmbeddingOf,
  type IndexState,
  type ReportUnusable,
  type ServedVersion,
} from './duplicate-check/current-index.js';
export { restoreIndex, type RestoreDependencies } from './duplicate-check/restore-index.js';
export { fanOut, type FanOutDependencies } from './duplicate-check/fan-out.js';
export { HedgedMembers, type HedgeDependencies, type HedgeEvent } from './duplicate-check/hedged-members.js';
export { judgeCheck, type JudgedCheck, type JudgeDependencies } from './duplicate-check/judge-check.js';
export { judgeReply, type AskedQuestion } from './duplicate-check/judge-reply.js';
export {
  calibrationOf,
  effectiveScore,
  isComplete,
  matchOf,
  mergeAnswers,
  verdictOf,
  type JudgedReply,
  type MergedAnswer,
} from './duplicate-check/merge-answers.js';
export { describeTransform, type InBothLanguages } from './duplicate-check/describe-transform.js';
export { rarityOf } from './duplicate-check/rarity.js';
export { RecentNonces } from './duplicate-check/recent-nonces.js';
export {
  NATIONAL_REGION_WORD,
  readRegistrationNumber,
  writeRegistrationNumber,
  type RegistrationNumber,
} from './registration/registration-number.js';
export { chinaDate } from './registration/civil-date.js';
export { CHINA_WORK_CALENDAR } from './examination/china-calendar.js';
export { workCalendarSchema, type WorkCalendar } from './examination/work-calendar.js';
export { EXAMINATION_PACES } from './examination/examination-days.js';
export {
  pendingApplications,
  readExamination,
  type Examination,
  type ExaminationDeps,
  type PendingApplication,
} from './examination/read-examination.js';
export { historyOfFinding, sentOf } from './findings/finding-history.js';
export {
  answerFinding,
  MAX_EVIDENCE_BYTES,
  sendFinding,
  type FindingDesk,
} from './findings/exchange-findings.js';
export { receiveStatement } from './findings/receive-statement.js';
export {
  deliverStatements,
  MOST_ATTEMPTS,
  nextAttempt,
  type DeliveryDeps,
  type FindingCourier,
  type Handed,
} from './findings/deliver-statements.js';
export {
  listFindings,
  readFinding,
  type FindingReading,
  type FindingView,
} from './findings/read-findings.js';
export {
  DELIVERY_STATES,
  type Delivery,
  type DueDelivery,
  type FindingFilter,
  type FindingStore,
  type KeptFinding,
  type KeptStep,
} from './findings/ports.js';
export {
  FINDING_STEPS,
  findingIdOf,
  findingStatementSchema,
  type FindingStatement,
  type FindingStep,
} from './findings/finding-statements.js';
export {
  AUTHORITIES,
  MARKET_RESULTS,
  MARKET_STATES,
  marketStateOf,
  marketStepSchema,
  MOST_MARKET_STEPS,
  type MarketFinding,
  type MarketStep,
} from './market-findings/market-finding.js';
export type { MarketFindingFilter, MarketFindingStore, MarketStepTerms } from './market-findings/ports.js';
export {
  listMarketFindings,
  readMarketFinding,
  type MarketFindingView,
  type MarketReading,
} from './market-findings/read-market-findings.js';
export {
  handOnMarketFinding,
  noSuchMarketFinding,
  openMarketFinding,
  recordMarketOutcome,
  type MarketDesk,
} from './market-findings/settle-market-finding.js';
export { fillWithFoundElsewhere, fillWithPairs, type FilledWorklist } from './worklist/fill-worklist.js';
export type { FoundItem, Worklist, WorklistFilter } from './worklist/ports.js';
export {
  listWorklist,
  readWorklistItem,
  type ItemSide,
  type WorklistItemView,
  type WorklistReading,
} from './worklist/read-worklist.js';
export { closeItem, noSuchItem, releaseItem, takeItem, type WorklistDesk } from './worklist/work-on-item.js';
export {
  MOST_WORKLIST_STEPS,
  WORKLIST_RESULTS,
  WORKLIST_STATES,
  worklistStateOf,
  type WorklistItem,
  type WorklistResult,
  type WorklistState,
  type WorklistStep,
} from './worklist/worklist-item.js';
export { PAPERS, REQUIRED_PAPERS, type Paper } from './examination/papers.js';
export {
  historyOf,
  type PlacedRecord,
  type RegistrationEntries,
} from './examination/registration-history.js';
export { parseWorkMetadata, readWorkMetadata } from './registration/work-metadata.js';
export {
  askForPicture,
  type AskPictureDeps,
  type LentPicture,
  type PictureClient,
  type PictureWish,
} from './lent-picture/ask-for-picture.js';
export {
  PICTURE_POLICIES,
  PICTURE_SIZES,
  type PicturePolicy,
  type PictureSize,
} from './lent-picture/picture-statements.js';
export {
  showPictureTo,
  type DrawShown,
  type ShowPictureDeps,
  type SignedPicture,
} from './lent-picture/show-picture-to.js';
export {
  ERASED,
  eraseRegistration,
  type ErasedData,
  type ErasureDesk,
  type ShownOwners,
} from './registration/erase-registration.js';
export { recordingRefusal, type RegistrationDesk } from './registration/registration-desk.js';
export { refingerprint, type Refingerprinted, type RefingerprintDeps } from './registration/refingerprint.js';
export { fileApplication, type Application } from './registration/file-application.js';
export {
  examine,
  refuse,
  register,
  revoke,
  type ClearedDecision,
  type Decision,
  type ReasonedDecision,
} from './registration/decide-registration.js';
export {
  examinationFigures,
  type EndedExaminations,
  type ExaminationFigures,
} from './statistics/examination-figures.js';
export {
  sharesOf,
  type CheckFigures,
  type MonthlyRow,
  type StatisticsReader,
  type WorkFigures,
} from './statistics/statistics.js';
export { checkSchema } from './check-records/check-schema.js';
export { checkPicture, type CheckPictureDeps } from './check-records/check-picture.js';
export { checkApplication, type CheckApplicationDeps } from './check-records/check-application.js';
export {
  completeCheck,
  type CompleteCheckDeps,
  type CompletionTerms,
} from './check-records/complete-check.js';
export type {
  CheckedPictures,
  CheckReport,
  CheckSequel,
  CheckStore,
  CheckSummary,
  IncompleteCheck,
  IncompleteChecks,
} from './check-records/ports.js';
export { RECEIPT_ABOUT, RECEIPT_STATES, type ReceiptState } from './check-records/receipt-states.js';
export {
  isWitnessed,
  receiptsDue,
  type CheckReceipt,
  type DueReceipt,
  type ReceiptOutcome,
  type SettledReceipt,
  type ReceiptStore,
} from './check-records/receipts.js';
export {
  cancelledBy,
  noSuchBatch,
  type BatchItem,
  type BatchState,
  type CheckBatch,
  type ItemError,
  type ReceivedPicture,
} from './check-batch/batch.js';
export { addPicture, openBatch, readBatch, type BatchDesk } from './check-batch/collect-batch.js';
export type { BatchStore, WaitingPicture } from './check-batch/ports.js';
export { runBatch, type RunBatchDeps, type RunBatchTerms } from './check-batch/run-batch.js';
export {
  EXPORT_HEADINGS,
  IMPORT_COLUMNS,
  findColumns,
  recogniseHeadings,
  type ColumnPlaces,
  type ImportColumn,
} from './import/columns.js';
export { guardFormula, unguardFormula } from './import/formula-guard.js';
export {
  AskerWatch,
  type AskedBefore,
  type AskerState,
  type HarvestAlarm,
} from './duplicate-check/asker-watch.js';
export { readImportRow, type ImportRow, type ReadRow } from './import/import-row.js';
export { importRows, type ImportDesk, type RowOutcome } from './import/import-rows.js';
export {
  compareRegistry,
  pairKey,
  type ComparedBlock,
  type DuplicatePair,
} from './self-comparison/compare-registry.js';
export { groupPairs, type DuplicateGroup } from './self-comparison/group-pairs.js';
