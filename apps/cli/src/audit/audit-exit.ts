import { gravestFault, type Fault, type Finding } from '#libs/audit';

const BY_FAULT: Readonly<Record<Fault, number>> = {
  NOT_A_BUNDLE: 30,
  FORKED_LOG: 31,
  STALE_DIRECTORY: 32,
  BAD_SIGNATURE: 33,
  UNKNOWN_KEY: 34,
  ALTERED_ENTRY: 35,
  MISSING_ENTRY: 36,
  MEMBER_MISSING: 37,
  VERDICT_CONTRADICTS: 38,
  NO_CLEAR_TOKEN: 39,
  BELOW_QUORUM: 40,
};

/** The exit code of an audit: that of the gravest class found; 0 if nothing was. */
export function auditExitCode(findings: readonly Finding[]): number {
  const fault = gravestFault(findings);
  return fault === null ? 0 : BY_FAULT[fault];
}

/** The exit code of one class. */
export function exitCodeOfFault(fault: Fault): number {
  return BY_FAULT[fault];
}
