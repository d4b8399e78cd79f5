import type { ProvinceId } from '../province.js';
import { calibrationOf, silentRow, type JudgedReply } from './merge-answers.js';
import type { Digest, DirectoryView, StatementVerifier, TimedReply } from './ports.js';
import { answerSchema, type Answer, type CoverageRow, type Outcome, type Question } from './statements.js';

/** A question together with the JWS that carried it. */
export interface AskedQuestion {
  readonly question: Question;
  readonly questionJws: string;
}

/**
 * Judges what came back from one member: only an answer that this member signed, to exactly this question, is believed,
 * and it is ANSWERED only if it covers all that the member declares. Coordinator and asking node run this same function.
 */
export async function judgeReply(
  deps: {
    readonly verifier: StatementVerifier;
    readonly digest: Digest;
    readonly directory: Pick<DirectoryView, 'calibration' | 'nextCalibration'>;
  },
  asked: AskedQuestion,
  { province, reply, askedAt, arrivedAt }: TimedReply,
): Promise<JudgedReply> {
  const silent = (outcome: Outcome, detail: string): JudgedReply => ({
    row: silentRow(province, outcome, detail, askedAt, arrivedAt),
    hits: [],
  });
  if (reply.kind === 'none') return silent(reply.outcome, reply.detail);

  let payload: unknown;
  try {
    payload = await deps.verifier.verify(reply.answerJws, { province });
  } catch (error) {
    return silent(
      'BAD_SIGNATURE',
      error instanceof Error ? error.message : 'the signature could not be verified',
    );
  }
  const parsed = answerSchema.safeParse(payload);
  if (!parsed.success)
    return silent('BAD_SIGNATURE', `not an answer: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  const answer = parsed.data;
  const foreign = unbound(answer, asked, province, deps.digest(asked.questionJws));
  if (foreign) return silent('BAD_SIGNATURE', `the answer is not to this question: ${foreign} differs`);
  if (answer.modelDigest !== asked.question.modelDigest)
    return silent('VERSION_MISMATCH', `the answer is from model ${answer.modelDigest}`);

  const verifies = calibrationOf(deps.directory, answer.modelDigest)?.scale !== 'embedding';
  const { outcome, detail } = howMuch(answer, asked.question, verifies);
  const row: CoverageRow = {
    province,
    outcome,
    detail,
    searched: answer.index.searched,
    declared: answer.index.declared,
    position: answer.index.position,
    modelDigest: answer.modelDigest,
    askedAt,
    receivedAt: answer.receivedAt,
    answeredAt: answer.answeredAt,
    arrivedAt,
    answerDigest: deps.digest(reply.answerJws),
  };
  return { row, hits: answer.hits };
}

function unbound(
  answer: Answer,
  { question }: AskedQuestion,
  province: ProvinceId,
  questionDigest: string,
): string | null {
  if (answer.province !== province) return 'province';
  if (answer.checkId !== question.checkId) return 'checkId';
  if (answer.nonce !== question.nonce) return 'nonce';
  if (answer.questionDigest !== questionDigest) return 'questionDigest';
  if (answer.epoch !== question.epoch) return 'epoch';
  return null;
}

/** @param verifies whether candidates are verified in the question's version */
function howMuch(
  answer: Answer,
  question: Question,
  verifies: boolean,
): { outcome: Outcome; detail: string } {
  const { position, registryPosition, searched, declared } = answer.index;
  if (position < registryPosition)
    return { outcome: 'STALE_INDEX', detail: `the index is at change ${position} of ${registryPosition}` };
  if (searched !== declared)
    return { outcome: 'PARTIAL', detail: `searched ${searched} of ${declared} declared registrations` };
  const unverified = verifies ? answer.hits.filter((hit) => !hit.verified).length : 0;
  if (!answer.complete || unverified > 0)
    return {
      outcome: 'PARTIAL',
      detail: `candidates are not verified (${unverified} of the ${answer.hits.length} given): the time ran out, or a fingerprint could not be read`,
    };
  const due = Math.min(
    question.limit,
    searched - (question.asker === answer.province && question.excluding ? 1 : 0),
  );
  if (answer.hits.length < due)
    return { outcome: 'PARTIAL', detail: `gave ${answer.hits.length} of ${due} candidates that were due` };
  return { outcome: 'ANSWERED', detail: '' };
}
