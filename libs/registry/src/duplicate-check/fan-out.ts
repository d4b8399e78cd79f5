import type { AuditLog } from '../audit.js';
import { judgeReply } from './judge-reply.js';
import { calibrationOf, mergeAnswers } from './merge-answers.js';
import type {
  AcceptedQuestion,
  Clock,
  CoordinatorReply,
  Digest,
  DirectoryView,
  MemberClient,
  StatementSigner,
  StatementVerifier,
  TimedReply,
} from './ports.js';
import { MAX_QUERIES_PER_CALL, type Result } from './statements.js';

/** What the coordinator needs to ask all members. */
export interface FanOutDependencies {
  readonly members: MemberClient;
  readonly directory: DirectoryView;
  readonly signer: StatementSigner;
  readonly verifier: StatementVerifier;
  readonly digest: Digest;
  readonly log: AuditLog;
  readonly clock: Clock;
}

/**
 * The coordinator's whole story: ask every member at once, judge each reply, merge, sign, log. One result for each
 * question, in their order; a member that stays silent is a row that says so.
 *
 * @param questions 1 to 64 accepted questions; every member gets them in one call
 * @param deadline absolute; a margin for the way back is already taken off
 */
export async function fanOut(
  deps: FanOutDependencies,
  questions: readonly AcceptedQuestion[],
  deadline: Date,
): Promise<CoordinatorReply[]> {
  if (questions.length === 0 || questions.length > MAX_QUERIES_PER_CALL)
    throw new RangeError(`questions: 1 to ${MAX_QUERIES_PER_CALL} at a time, not ${questions.length}`);
  await Promise.all(questions.map((asked) => logAsked(deps, asked)));
  const byMember = await Promise.all(
    deps.directory.members.map((province) => askMember(deps, province, questions, deadline)),
  );
  return Promise.all(
    questions.map((asked, item) =>
      settle(
        deps,
        asked,
        byMember.flatMap((replies) => replies[item] ?? []),
      ),
    ),
  );
}

async function askMember(
  deps: FanOutDependencies,
  province: string,
  questions: readonly AcceptedQuestion[],
  deadline: Date,
): Promise<TimedReply[]> {
  const askedAt = deps.clock.now().toISOString();
  const replies = await deps.members.search(province, questions, deadline);
  const arrivedAt = deps.clock.now().toISOString();
  return replies.map((reply) => ({
    province,
    reply,
    askedAt,
    arrivedAt: reply.kind === 'answer' ? arrivedAt : null,
  }));
}

async function settle(
  deps: FanOutDependencies,
  { question, questionJws }: AcceptedQuestion,
  replies: readonly TimedReply[],
): Promise<CoordinatorReply> {
  const judged = await Promise.all(
    replies.map((reply) => judgeReply(deps, { question, questionJws }, reply)),
  );
  const { directory } = deps;
  const calibration = calibrationOf(directory, question.modelDigest);
  const merged = mergeAnswers(directory, judged, question.limit, question.askedAt, calibration);
  const result: Result = {
    kind: 'weft.result.v1',
    checkId: question.checkId,
    questionDigest: deps.digest(questionJws),
    epoch: directory.epoch,
    judgedAt: deps.clock.now().toISOString(),
    ...merged,
  };
  const resultJws = await deps.signer.sign(result);
  await deps.log.append({
    type: 'check.judged',
    outcome: 'success',
    actor: { kind: 'coordinator', name: 'coordinator' },
    at: result.judgedAt,
    subject: question.checkId,
    details: {
      verdict: result.verdict,
      complete: result.complete,
      resultDigest: deps.digest(resultJws),
      coverage: result.coverage.map((row) => `${row.province} ${row.outcome} ${row.answerDigest ?? '-'}`),
    },
  });
  return { resultJws, replies };
}

function logAsked(deps: FanOutDependencies, { question, questionJws }: AcceptedQuestion): Promise<void> {
  return deps.log.append({
    type: 'member.asked',
    outcome: 'success',
    actor: { kind: 'member', name: question.asker },
    at: deps.clock.now().toISOString(),
    subject: question.checkId,
    details: { questionDigest: deps.digest(questionJws), members: [...deps.directory.members] },
  });
}
