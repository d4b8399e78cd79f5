import { createStatementVerifier, directoryView, type Directory, type LogCrypto } from '#libs/federation-log';
import {
  judgeCheck,
  resultSchema,
  type CoordinatorReply,
  type CoverageRow,
  type Digest,
  type JudgedCheck,
  type Question,
  type Result,
  type TimedReply,
} from '#libs/registry';
import { ABOUT, statedJudgement, type Bundle, type Evidence } from './bundle.js';

const encoder = new TextEncoder();

/** SHA-256 as "sha256:" and 64 hex digits. */
export function digestBy({ sha256 }: Pick<LogCrypto, 'sha256'>): Digest {
  return (data) => {
    const hash = sha256(typeof data === 'string' ? encoder.encode(data) : data);
    return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  };
}

/** The statements that a judgement is made of. */
export interface Statements {
  readonly directory: Directory;
  readonly question: Question;
  readonly questionJws: string;
  readonly answers: Evidence['answers'];
  /** The coordinator's, if it signed one; its payload is read, not believed. */
  readonly resultJws: string | null;
  readonly result: Result | null;
}

/**
 * Judges a check again from its signed statements, by the code of the services. Of a member without an answer the coordinator's
 * signed result says why.
 */
export function judgeEvidence(crypto: LogCrypto, statements: Statements): Promise<JudgedCheck> {
  const { directory, question, questionJws, answers, resultJws, result } = statements;
  const rows = new Map((result?.coverage ?? []).map((row) => [row.province, row]));
  const given = new Map(answers.map(({ province, answer }) => [province, answer]));
  const replies = directory.members.map(({ province }) =>
    replyOf(province, given.get(province), rows.get(province), question.askedAt),
  );
  const reply: CoordinatorReply | null = resultJws === null ? null : { resultJws, replies };
  const verifier = createStatementVerifier(directory, undefined, crypto.ed25519);
  const deps = { verifier, digest: digestBy(crypto), directory: directoryView(directory) };
  return judgeCheck(deps, { question, questionJws }, reply);
}

function replyOf(
  province: string,
  answer: string | undefined,
  row: CoverageRow | undefined,
  askedAt: string,
): TimedReply {
  const times = { askedAt: row?.askedAt ?? askedAt, arrivedAt: row?.arrivedAt ?? null };
  if (answer !== undefined) return { province, reply: { kind: 'answer', answerJws: answer }, ...times };
  const { outcome = 'UNREACHABLE', detail = '' } = row ?? {};
  const silent = outcome === 'ANSWERED' || outcome === 'PARTIAL' || outcome === 'STALE_INDEX';
  const reply = { kind: 'none' as const, outcome: silent ? ('UNREACHABLE' as const) : outcome, detail };
  return { province, reply, ...times };
}

/**
 * Makes the bundle of a check; its judgement is recomputed. An answer that is not to be believed must be left out.
 * @param directory content of `evidence.directory`, verified
 * @param question content of `evidence.question`, verified
 */
export async function assembleBundle(
  crypto: LogCrypto,
  directory: Directory,
  question: Question,
  evidence: Evidence,
): Promise<Bundle> {
  const result =
    evidence.result === null ? null : await readResult(directory, evidence.result).catch(() => null);
  const judged = await judgeEvidence(crypto, {
    directory,
    question,
    questionJws: evidence.question,
    answers: evidence.answers,
    resultJws: evidence.result,
    result,
  });
  return {
    kind: 'weft.evidence.v1',
    about: ABOUT,
    checkId: question.checkId,
    directory: evidence.directory,
    question: evidence.question,
    answers: [...evidence.answers],
    result: evidence.result,
    judgement: statedJudgement(judged, question.modelDigest),
    receipts: [...evidence.receipts],
    ...(evidence.openings?.length ? { openings: [...evidence.openings] } : {}),
  };
}

/** The coordinator's result, verified. @throws FederationLogError; ZodError if it is no result */
export async function readResult(directory: Directory, resultJws: string): Promise<Result> {
  return resultSchema.parse(await createStatementVerifier(directory).verify(resultJws, 'coordinator'));
}
