export { AuditError } from './audit-error.js';
export { ABOUT, MAX_BUNDLE_BYTES, formatBundle, parseBundle, type Bundle, type Evidence } from './bundle.js';
export { diffLogs, type LogDifference } from './diff-logs.js';
export {
  FAULTS,
  FAULT_WORDS,
  Findings,
  gravestFault,
  type Fault,
  type Finding,
  type Words,
} from './finding.js';
export { assembleBundle } from './judge-evidence.js';
export { cardDigest, formatCard, isCard, parseCard, type CardFacts, type IdCard } from './id-card.js';
export { openPolicy, policyOfDirectory, type OpenPolicy, type Policy } from './policy.js';
export { proveEntry, type EntryReport } from './prove-entry.js';
export type { LogRecord } from './log-record.js';
export { searchLog, type FoundEntries, type LogSearch } from './search-log.js';
export { compareLogs, type ToldByLog } from './record-rules.js';
export { clearGrounds, type ClearGrounds } from './clear-grounds.js';
export { verifyBundle, type BundleReport, type ProvenCheck } from './verify-bundle.js';
export { verifyCard, type CardReport } from './verify-card.js';
export { verifyLog, type AuditReport, type KnownHead, type LogReport, type LogTerms } from './verify-log.js';
export type { LogFiles } from './walk-log.js';
