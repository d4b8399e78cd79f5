import {
  FederationLogError,
  canonicalJson,
  createStatementVerifier,
  verifyDirectory,
  type Directory,
  type LogCrypto,
  type StatementVerifier,
} from '#libs/federation-log';
import { questionSchema, resultSchema, type JudgedCheck, type Question, type Result } from '#libs/registry';
import { parseBundle, statedJudgement, type Bundle } from './bundle.js';
import { claimedPayload } from './claimed-payload.js';
import { openCommitments } from './open-commitments.js';
import { checkReceipts, type ProvenEntry } from './check-receipts.js';
import { decisionsIn } from './decisions.js';
import { Findings, type Fault, type Words } from './finding.js';
import { digestBy, judgeEvidence } from './judge-evidence.js';
import type { OpenPolicy } from './policy.js';
import type { AuditReport, KnownHead } from './verify-log.js';

/** The report of a bundle, and the heads of logs that its receipts show. */
export interface BundleReport extends AuditReport {
  readonly kind: 'bundle';
  /** What was asked, what came of it, and the entries that prove it; null if anything is wrong. */
  readonly proven: ProvenCheck | null;
  readonly heads: readonly KnownHead[];
}

/** A check whose evidence holds. */
export interface ProvenCheck {
  readonly question: Question;
  readonly questionDigest: string;
  readonly judged: JudgedCheck;
  readonly entries: readonly ProvenEntry[];
}

/** What a failed verification of a signed document is called. */
function faultOf(error: unknown): { fault: Fault; detail: string } {
  if (!(error instanceof FederationLogError)) throw error;
  const { code, message } = error;
  if (code === 'UNKNOWN_KEY' || code === 'TOO_FEW_SIGNATURES')
    return { fault: 'UNKNOWN_KEY', detail: message };
  return { fault: 'BAD_SIGNATURE', detail: message };
}

/**
 * Verifies the evidence of one check: directory, question, result and answers by their signatures, the judgement by computing it
 * again, and the receipts by the logs' checkpoints and their witnesses.
 * @param bytes the bundle's file
 */
export async function verifyBundle(
  crypto: LogCrypto,
  policy: OpenPolicy,
  bytes: Uint8Array,
): Promise<BundleReport> {
  const findings = new Findings();
  const refused = (subject: string): BundleReport => ({
    kind: 'bundle',
    subject,
    heads: [],
    findings: findings.list,
    proved: [],
    proven: null,
  });
  const bundle = parseBundle(bytes);
  if (typeof bundle === 'string') {
    findings.add('NOT_A_BUNDLE', 'bundle', bundle);
    return refused('');
  }
  const directory = await readDirectory(crypto, policy, bundle, findings);
  if (!directory) return refused(bundle.checkId);
  const verifier = createStatementVerifier(directory, undefined, crypto.ed25519);
  const question = await readQuestion(verifier, policy, directory, bundle, findings);
  if (!question) return refused(bundle.checkId);
  const result = await readSignedResult(verifier, bundle, findings);
  await checkAnswers(verifier, directory, bundle, result, findings);
  const judged = await judgeEvidence(crypto, {
    directory,
    question,
    questionJws: bundle.question,
    answers: bundle.answers,
    resultJws: bundle.result,
    result,
  });
  checkJudgement(bundle, judged, { question, result }, findings);
  const digest = digestBy(crypto);
  const { entries, heads } = checkReceipts(crypto, policy, { bundle, question, judged, digest }, findings);
  const opened = openCommitments(bundle, entries, digest, findings);
  if (findings.list.length > 0) return { ...refused(bundle.checkId), heads };
  const proven = { question, questionDigest: digest(bundle.question), judged, entries };
  return { ...refused(bundle.checkId), heads, proven, proved: [...provedOf(proven, directory), ...opened] };
}

async function readDirectory(
  crypto: LogCrypto,
  policy: OpenPolicy,
  { directory }: Bundle,
  findings: Findings,
): Promise<Directory | null> {
  try {
    return await verifyDirectory(directory, policy.trust, crypto.ed25519);
  } catch (error) {
    const { fault, detail } = faultOf(error);
    findings.add(fault, 'directory', detail);
    return null;
  }
}

async function readQuestion(
  verifier: StatementVerifier,
  policy: OpenPolicy,
  directory: Directory,
  { checkId, question: jws }: Bundle,
  findings: Findings,
): Promise<Question | null> {
  // By whose keys it is then verified.
  const { asker } = questionSchema.pick({ asker: true }).safeParse(claimedPayload(jws)).data ?? {};
  if (asker === undefined) {
    findings.add('BAD_SIGNATURE', 'question', 'says of nobody that he asked it');
    return null;
  }
  let payload: unknown;
  try {
    payload = await verifier.verify(jws, { province: asker });
  } catch (error) {
    const { fault, detail } = faultOf(error);
    findings.add(fault, 'question', detail);
    return null;
  }
  const parsed = questionSchema.safeParse(payload);
  if (!parsed.success) {
    findings.add(
      'NOT_A_BUNDLE',
      'question',
      `is no question: ${parsed.error.issues[0]?.path.join('.') ?? ''}`,
    );
    return null;
  }
  const question = parsed.data;
  if (question.checkId !== checkId) {
    findings.add('NOT_A_BUNDLE', 'checkId', `the question is of check ${question.checkId}`);
  }
  if (question.epoch !== directory.epoch) {
    const detail = `is of epoch ${directory.epoch}; the question was asked under ${question.epoch}`;
    findings.add('STALE_DIRECTORY', 'directory', detail);
  }
  const newer = policy.directories.find(
    ({ epoch, inForceFrom }) => epoch > directory.epoch && inForceFrom <= question.askedAt,
  );
  if (newer) {
    const detail = `is of epoch ${directory.epoch}; epoch ${newer.epoch} was in force when the question was asked`;
    findings.add('STALE_DIRECTORY', 'directory', detail);
  }
  return question;
}

async function readSignedResult(
  verifier: StatementVerifier,
  { result: jws }: Bundle,
  findings: Findings,
): Promise<Result | null> {
  if (jws === null) return null;
  let payload: unknown;
  try {
    payload = await verifier.verify(jws, 'coordinator');
  } catch (error) {
    const { fault, detail } = faultOf(error);
    findings.add(fault, 'result', detail);
    return null;
  }
  const parsed = resultSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  findings.add('NOT_A_BUNDLE', 'result', `is no result: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  return null;
}

/** Every answer is of a member and signed by it; every answer that the coordinator counts is there. */
async function checkAnswers(
  verifier: StatementVerifier,
  directory: Directory,
  { answers }: Bundle,
  result: Result | null,
  findings: Findings,
): Promise<void> {
  const members = directory.members.map(({ province }) => province);
  const given = answers.map(({ province }) => province);
  const inOrder = members.filter((province) => given.includes(province));
  if (given.join() !== inOrder.join()) {
    findings.add('NOT_A_BUNDLE', 'answers', "are not each of another member, in the directory's order");
  }
  for (const { province, answer } of answers) {
    if (!members.includes(province)) continue;
    try {
      await verifier.verify(answer, { province });
    } catch (error) {
      const { fault, detail } = faultOf(error);
      findings.add(fault, `answer of ${province}`, detail);
    }
  }
  if (result === null) return;
  for (const province of members) {
    const row = result.coverage.find((one) => one.province === province);
    if (row === undefined) {
      findings.add('MEMBER_MISSING', 'result', `has no row for ${province}, which the directory names`);
    } else if (row.answerDigest !== null && !given.includes(province)) {
      findings.add(
        'MEMBER_MISSING',
        'answers',
        `the answer of ${province}, which the result counts, is not there`,
      );
    }
  }
}

function checkJudgement(
  { judgement }: Bundle,
  judged: JudgedCheck,
  { question, result }: { readonly question: Question; readonly result: Result | null },
  findings: Findings,
): void {
  const due = statedJudgement(judged, question.modelDigest);
  if (canonicalJson(due) !== canonicalJson(judgement)) {
    const detail = `says ${judgement.verdict}, complete ${judgement.complete}; the answers give ${due.verdict}, complete ${due.complete}`;
    findings.add('VERDICT_CONTRADICTS', 'judgement', detail);
  }
  if (due.coordinator === 'CONTRADICTS') {
    findings.add(
      'VERDICT_CONTRADICTS',
      'result',
      'the coordinator signed another result than the answers give',
    );
  }
  // What was wrong with a result that could not be read is found already.
  if (due.coordinator === 'BAD_SIGNATURE' && result !== null) {
    findings.add('BAD_SIGNATURE', 'result', 'the result is not one to this question');
  }
}

/** The decisions that the receipts show, in the order of the log. */
function decidedOf(entries: readonly ProvenEntry[]): Words[] {
  return decisionsIn(entries).map(({ decision, record }) => ({
    zh: `${record.origin} 的审查员 ${record.actor.name} 于 ${record.at} 作出人工认定：${DECISION_ZH[decision]}（${decision}）。`,
    en: `An examiner of ${record.origin}, ${record.actor.name}, decided at ${record.at}: ${decision}.`,
  }));
}

const DECISION_ZH = {
  duplicate: '重复',
  derivative: '演绎作品',
  'not-a-duplicate': '不重复',
  'needs-more': '需补充材料',
} as const;

const VERDICT_ZH = { DUPLICATE: '重复', SUSPECTED: '疑似', CLEAR: '无重复', INCOMPLETE: '不完整' } as const;

function provedOf(
  { question, judged: { verdict, coverage }, entries }: ProvenCheck,
  { epoch, members }: Directory,
): Words[] {
  const answered = coverage.filter(({ outcome }) => outcome === 'ANSWERED').map(({ province }) => province);
  const silent = coverage
    .filter(({ outcome }) => outcome !== 'ANSWERED')
    .map((row) => `${row.province} ${row.outcome}`);
  return [
    {
      zh: `${question.asker} 于 ${question.askedAt} 提出查重 ${question.checkId}，提问由其密钥签名，成员名录为第 ${epoch} 期。`,
      en: `${question.asker} asked check ${question.checkId} at ${question.askedAt}: signed by its key, under directory epoch ${epoch}.`,
    },
    {
      zh: `${members.length} 个成员中 ${answered.length} 个完整回答并签名：${answered.join('、') || '无'}。${silent.length > 0 ? `其余：${silent.join('、')}。` : ''}`,
      en: `${answered.length} of ${members.length} members answered in full, each under its own signature: ${answered.join(', ') || 'none'}.${silent.length > 0 ? ` The others: ${silent.join(', ')}.` : ''}`,
    },
    {
      zh: `由这些回答重新计算的结论是 ${VERDICT_ZH[verdict]}（${verdict}），与证据包所述一致。`,
      en: `Recomputed from those answers the verdict is ${verdict}, as the bundle states.`,
    },
    {
      zh: `提问、每个回答与结果都在其签名方的日志中，检查点经足够的见证方联署（${entries.length} 份回执）。`,
      en: `The question, every answer and the result are in the logs of those who signed them, under checkpoints with enough cosignatures (${entries.length} receipts).`,
    },
    ...decidedOf(entries),
  ];
}
