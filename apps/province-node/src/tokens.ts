/** Injection tokens of the province node: one for each part that its controllers ask for. */
export const CONFIG = Symbol('Config');
export const LOGGER = Symbol('Logger');
export const CLOCK = Symbol('Clock');
export const RANDOM = Symbol('Random');
/** The member directory in force (federation-log's Directory). */
export const DIRECTORY = Symbol('Directory');
export const SIGNER = Symbol('StatementSigner');
export const VERIFIER = Symbol('StatementVerifier');
export const REGISTRY = Symbol('Registry');
/** What each province asks of this one (registry's AskerWatch). */
export const ASKER_WATCH = Symbol('AskerWatch');
export const AUDIT_LOG = Symbol('AuditLog');
/** What the node's log is read from as files (federation-log's LogReader). */
export const LOG_STORE = Symbol('LogReader');
/** The indexes of the versions served, the program's own first, each brought up to the registry before a search (registry's CurrentIndex). */
export const INDEXES = Symbol('CurrentIndexes');
/** What the node's own log declares of its registry (registry's DeclaredCounts). */
export const COUNTS = Symbol('DeclaredCounts');
/** How candidates are verified before an answer (registry's AnswerVerification). */
export const VERIFICATION = Symbol('AnswerVerification');
/** Asks the coordinator for the members and their state. */
export const MEMBERS_CLIENT = Symbol('MembersClient');
/** What makes and reads sessions (registry's SessionKeeper). */
export const SESSIONS = Symbol('SessionKeeper');
/** What logging in needs (registry's LogInDeps). */
export const LOG_IN = Symbol('LogInDeps');
/** What the acts of registration need (registry's RegistrationDesk). */
export const REGISTRATION_DESK = Symbol('RegistrationDesk');
/** What one check needs (registry's CheckPictureDeps). */
export const CHECK_PICTURE = Symbol('CheckPictureDeps');
/** What checking an application needs (registry's CheckApplicationDeps). */
export const CHECK_APPLICATION = Symbol('CheckApplicationDeps');
export const CHECKS = Symbol('CheckStore');
/** What comparing two pictures needs (ComparisonDesk). */
export const COMPARISON_DESK = Symbol('ComparisonDesk');
/** What taking in a batch needs (registry's BatchDesk). */
export const BATCH_DESK = Symbol('BatchDesk');
/** Runs started batches. */
export const BATCH_RUNNER = Symbol('BatchRunner');
/** What an operator looks after at the machine (NodeOperation). */
export const OPERATION = Symbol('NodeOperation');
/** Says whether the node can serve. */
export const READINESS = Symbol('Readiness');
/** The node as a witness of the others' logs (WitnessDesk). */
export const WITNESS = Symbol('WitnessDesk');
/** Answers the calls about the node's own log (rpc's LogHandlers). */
export const LOG_HANDLERS = Symbol('LogHandlers');
/** The receipts of the node's checks (registry's ReceiptStore). */
export const RECEIPTS = Symbol('ReceiptStore');
/** What is told of the node's log, its witnesses and its copies (LogStates). */
export const LOG_STATES = Symbol('LogStates');
/** What deciding on checks needs (registry's DecisionDesk). */
export const DECISION_DESK = Symbol('DecisionDesk');
/** Asks for clear tokens (ClearanceDesk). */
export const CLEARANCE = Symbol('ClearanceDesk');
/** Makes the reports of checks (ReportDesk), and of batches (BatchReportDesk). */
export const REPORTS = Symbol('ReportDesk');
export const BATCH_REPORTS = Symbol('BatchReportDesk');
/** The figures of the node's database (registry's StatisticsReader). */
export const STATISTICS = Symbol('StatisticsReader');
/** Gives the evidence of checks (EvidenceDesk). */
export const EVIDENCE = Symbol('EvidenceDesk');
/** What showing a picture to another province needs, and asking for one of its pictures (registry's ShowPictureDeps, AskPictureDeps). */
export const SHOW_PICTURE = Symbol('ShowPictureDeps');
export const ASK_PICTURE = Symbol('AskPictureDeps');
/** Gives identity cards and certificates (CardDesk). */
export const CARDS = Symbol('CardDesk');
/** What the examination of applications is read from (registry's ExaminationDeps). */
export const EXAMINATION = Symbol('ExaminationDeps');
/** What findings are exchanged with, and read from (registry's FindingDesk, FindingReading). */
export const FINDING_DESK = Symbol('FindingDesk');
export const FINDING_READING = Symbol('FindingReading');
/** What market findings are settled with, and read from (registry's MarketDesk, MarketReading). */
export const MARKET_DESK = Symbol('MarketDesk');
export const MARKET_READING = Symbol('MarketReading');
/** What a worklist is worked on with, and read from (registry's WorklistDesk, WorklistReading). */
export const WORKLIST_DESK = Symbol('WorklistDesk');
export const WORKLIST_READING = Symbol('WorklistReading');
