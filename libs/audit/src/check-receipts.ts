import {
  FederationLogError,
  createTreeHasher,
  logOriginOf,
  parseReceipt,
  partyOfOrigin,
  sameBytes,
  verifyInclusion,
  type LogCrypto,
  type Receipt,
} from '#libs/federation-log';
import { answerSchema, type Digest, type JudgedCheck, type Question } from '#libs/registry';
import type { Bundle } from './bundle.js';
import { claimedPayload } from './claimed-payload.js';
import { checkCheckpoint } from './check-checkpoint.js';
import type { Findings } from './finding.js';
import { readLogRecord, type LogRecord } from './log-record.js';
import type { OpenPolicy } from './policy.js';
import type { KnownHead } from './verify-log.js';

/** What the receipts of a bundle are held against. */
export interface CheckedEvidence {
  readonly bundle: Bundle;
  readonly question: Question;
  readonly judged: JudgedCheck;
  readonly digest: Digest;
}

/** An entry that a receipt proves to be in a party's log. */
export interface ProvenEntry {
  readonly party: string;
  /** From 0. */
  readonly index: number;
  readonly record: LogRecord;
  /** Names its receipt in findings. */
  readonly where: string;
}

/** What the receipts prove. */
export interface BoundReceipts {
  readonly entries: readonly ProvenEntry[];
  readonly heads: readonly KnownHead[];
}

/** An entry that must be in a log: its type, and what its details must say. */
interface DueEntry {
  readonly party: string;
  readonly type: string;
  readonly details: EntryDetails;
  /** What an answer's entry must declare as the answer does. */
  readonly declares?: Declaration;
}

/** What an answer says of its search. */
interface Declaration {
  readonly searched: number;
  readonly declared: number;
  /** Null and 0 while the log told no count. */
  readonly declaredAt: number | null;
  readonly cosigned: number;
}

type EntryDetails = Readonly<Record<string, string | number | null>>;

/**
 * Verifies each receipt (the entry is in the log; the log and enough witnesses signed; the entry is of this check), and that
 * there is one for the question, for the result and for each answer.
 */
export function checkReceipts(
  crypto: LogCrypto,
  policy: OpenPolicy,
  evidence: CheckedEvidence,
  findings: Findings,
): BoundReceipts {
  const { entries, heads } = proveReceipts(crypto, policy, evidence.bundle.receipts, findings);
  const proved = entries.filter(({ record, where }) => {
    const fits = isOfCheck(record, evidence.question);
    if (!fits)
      findings.add('NOT_A_BUNDLE', where, `is of ${record.type} ${record.subject ?? ''}, not of this check`);
    return fits;
  });
  for (const due of dueEntries(evidence)) requireEntry(due, proved, findings);
  return { entries: proved, heads };
}

/** Verifies receipts by themselves: the entry is in the log, and the log and enough witnesses signed the checkpoint. */
export function proveReceipts(
  crypto: LogCrypto,
  policy: OpenPolicy,
  receipts: readonly string[],
  findings: Findings,
): BoundReceipts {
  const heads: KnownHead[] = [];
  const entries: ProvenEntry[] = [];
  receipts.forEach((text, place) => {
    const where = `receipt ${place}`;
    const receipt = readReceipt(text, where, findings);
    if (receipt === null) return;
    const { checked, findings: ofCheckpoint } = checkCheckpoint(policy, receipt.checkpoint, where);
    findings.addAll(ofCheckpoint);
    if (checked === null) return;
    const { checkpoint } = checked;
    noteHead(heads, { ...checkpoint, from: where }, findings);
    const record = provenRecord(crypto, receipt, checkpoint, where, findings);
    const party = partyOfOrigin(checkpoint.origin) ?? '';
    if (record !== null) entries.push({ party, index: receipt.index, record, where });
  });
  return { entries, heads };
}

function readReceipt(text: string, where: string, findings: Findings): Receipt | null {
  try {
    return parseReceipt(text);
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    findings.add('NOT_A_BUNDLE', where, error.message);
    return null;
  }
}

/** Two heads of one log and one size must have one root. */
function noteHead(heads: KnownHead[], head: KnownHead, findings: Findings): void {
  const other = heads.find(
    ({ origin, size, root }) => origin === head.origin && size === head.size && !sameBytes(root, head.root),
  );
  if (other) {
    findings.add(
      'FORKED_LOG',
      head.origin,
      `signed two roots at ${head.size} entries: ${other.from} and ${head.from}`,
    );
  }
  heads.push(head);
}

function provenRecord(
  crypto: LogCrypto,
  { index, proof, extra }: Receipt,
  { origin, size, root }: KnownHead | { origin: string; size: number; root: Uint8Array },
  where: string,
  findings: Findings,
): LogRecord | null {
  if (extra === null) {
    findings.add('MISSING_ENTRY', where, 'does not hold the entry that it proves');
    return null;
  }
  const hasher = createTreeHasher(crypto.sha256);
  try {
    verifyInclusion(hasher, { index, size, leafHash: hasher.leaf(extra), proof, root });
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    findings.add('ALTERED_ENTRY', where, `${origin} entry ${index}: ${error.message}`);
    return null;
  }
  const record = readLogRecord(extra);
  if (typeof record === 'string') {
    findings.add('NOT_A_BUNDLE', where, `${origin} entry ${index}: ${record}`);
    return null;
  }
  if (record.origin !== partyOfOrigin(origin)) {
    findings.add('ALTERED_ENTRY', where, `an entry of ${record.origin} in the log ${origin}`);
    return null;
  }
  return record;
}

/** Of the check itself, of the directory, or a decision on the application under check. */
function isOfCheck({ type, subject }: LogRecord, { checkId, excluding }: Question): boolean {
  if (subject === checkId || type.startsWith('directory.')) return true;
  return type.startsWith('registry.') && subject === excluding;
}

function dueEntries({ bundle, question, judged, digest }: CheckedEvidence): DueEntry[] {
  const questionDigest = digest(bundle.question);
  const answered = judged.coverage.filter(({ answerDigest }) => answerDigest !== null);
  return [
    { party: question.asker, type: 'check.asked', details: { questionDigest } },
    ...(bundle.result === null
      ? []
      : [{ party: 'coordinator', type: 'check.judged', details: { resultDigest: digest(bundle.result) } }]),
    ...answered.map(({ province, answerDigest }) => ({
      party: province,
      type: 'member.answered',
      details: { questionDigest, answerDigest },
      declares: declaredIn(bundle, province),
    })),
  ];
}

/** What a believed answer says of its search, as its entry is to say it. */
function declaredIn({ answers }: Bundle, province: string): Declaration {
  const jws = answers.find((one) => one.province === province)?.answer ?? '';
  const { searched, declared, log } = answerSchema.parse(claimedPayload(jws)).index;
  return { searched, declared, declaredAt: log?.entry ?? null, cosigned: log?.cosigned ?? 0 };
}

function requireEntry(
  { party, type, details, declares }: DueEntry,
  proved: readonly ProvenEntry[],
  findings: Findings,
): void {
  const entries = proved.filter((one) => one.party === party && one.record.type === type);
  const where = logOriginOf(party);
  if (entries.length === 0) {
    findings.add('MISSING_ENTRY', where, `no receipt proves its entry ${type} of this check`);
    return;
  }
  const bound = entries.filter(({ record }) => says(record, details));
  if (bound.length === 0)
    findings.add('ALTERED_ENTRY', where, `its entry ${type} is of another statement than the bundle holds`);
  if (declares) checkDeclaration(declares, bound, where, findings);
}

function checkDeclaration(
  { declaredAt, cosigned, ...counts }: Declaration,
  bound: readonly ProvenEntry[],
  where: string,
  findings: Findings,
): void {
  for (const { record, index } of bound) {
    const contradict = (problem: string) => findings.add('VERDICT_CONTRADICTS', where, problem);
    if (!says(record, { ...counts, declaredAt, cosigned }))
      contradict(`its entry ${index} declares other than its answer`);
    else if ((declaredAt ?? -1) >= index || cosigned > index)
      contradict(`its answer, entry ${index}, declares by what came after it`);
  }
}

function says({ details }: LogRecord, wanted: EntryDetails): boolean {
  return Object.entries(wanted).every(([name, value]) => details[name] === value);
}
