import type { Actor } from '../audit.js';
import type { RegistryError } from '../errors.js';
import type { OpenQuestion } from './ask-question.js';
import { showCandidates, type Check, type CheckDependencies, type CoordinatorWord } from './check.js';
import { judgeReply } from './judge-reply.js';
import { calibrationOf, mergeAnswers, verdictOf, type MergedAnswer } from './merge-answers.js';
import type { CoordinatorReply } from './ports.js';
import { resultSchema, type Candidate, type CoverageRow, type Result } from './statements.js';

const METADATA_BUDGET_MS = 2_000;

/**
 * The asking node believes no one's merging but its own: it judges every member's signed answer again, merges again, and
 * notes whether the coordinator's signed result says the same. A CLEAR that the coordinator did not sign is INCOMPLETE.
 *
 * @param reply a text where there is none: why the coordinator did not ask, which every member's row then says
 */
export async function concludeCheck(
  deps: CheckDependencies,
  asked: OpenQuestion,
  reply: CoordinatorReply | string,
  actor: Actor,
): Promise<Check> {
  const { question, questionJws, picture } = asked;
  const replies = typeof reply === 'string' ? [] : reply.replies;
  const judged = await Promise.all(replies.map((one) => judgeReply(deps, { question, questionJws }, one)));
  const calibration = calibrationOf(deps.directory, question.modelDigest);
  const merged = mergeAnswers(deps.directory, judged, question.limit, question.askedAt, calibration);
  const resultJws = typeof reply === 'string' ? null : reply.resultJws;
  const coordinator = resultJws === null ? 'UNREACHABLE' : await wordOf(deps, asked, resultJws, merged);
  const complete = merged.complete && coordinator === 'AGREES';
  const check: Omit<Check, 'candidates'> = {
    checkId: question.checkId,
    asker: question.asker,
    askedAt: question.askedAt,
    finishedAt: deps.clock.now().toISOString(),
    picture: { digest: picture.pictureDigest, width: picture.width, height: picture.height },
    verdict: verdictOf(merged.candidates, complete, calibration),
    complete,
    coverage:
      typeof reply === 'string' ? merged.coverage.map((row) => ({ ...row, detail: reply })) : merged.coverage,
    coordinator,
    calibration,
    epoch: question.epoch,
    evidence: {
      questionJws,
      resultJws,
      answers: replies.flatMap(({ province, reply: one }) =>
        one.kind === 'answer' ? [{ province, answerJws: one.answerJws }] : [],
      ),
    },
  };
  // Neither needs the other: the log has what the members said, not what their registers add to it.
  const [shared] = await Promise.all([
    deps.metadata.describe(merged.candidates, new Date(deps.clock.now().getTime() + METADATA_BUDGET_MS)),
    logJudged(deps, check, actor),
  ]);
  return { ...check, candidates: showCandidates(merged.candidates, shared, calibration) };
}

/** What every member's row says when the coordinator did not ask them. */
export function notAsked(error: RegistryError): string {
  return `not asked: ${error.problem}`;
}

/** Holds the coordinator's signed result against the members' own words. */
async function wordOf(
  deps: CheckDependencies,
  { question, questionJws }: OpenQuestion,
  resultJws: string,
  merged: MergedAnswer,
): Promise<CoordinatorWord> {
  let payload: unknown;
  try {
    payload = await deps.verifier.verify(resultJws, 'coordinator');
  } catch {
    return 'BAD_SIGNATURE';
  }
  const result = resultSchema.safeParse(payload);
  if (!result.success) return 'BAD_SIGNATURE';
  const bound =
    result.data.checkId === question.checkId &&
    result.data.questionDigest === deps.digest(questionJws) &&
    result.data.epoch === question.epoch;
  if (!bound) return 'BAD_SIGNATURE';
  return substance(result.data) === substance(merged) ? 'AGREES' : 'CONTRADICTS';
}

/** What must be the same in both; the answers' digests bind all else. */
function substance({ verdict, complete, candidates, coverage }: MergedAnswer | Result): string {
  return JSON.stringify([
    verdict,
    complete,
    candidates.map((one: Candidate) => [
      one.province,
      one.registrationId,
      one.score,
      one.verified?.score ?? null,
    ]),
    coverage.map((row: CoverageRow) => [row.province, row.outcome, row.answerDigest]),
  ]);
}

function logJudged(deps: CheckDependencies, check: Omit<Check, 'candidates'>, actor: Actor): Promise<void> {
  return deps.log.append({
    type: 'check.judged',
    outcome: check.coordinator === 'AGREES' ? 'success' : 'failure',
    actor,
    at: check.finishedAt,
    subject: check.checkId,
    details: {
      verdict: check.verdict,
      complete: check.complete,
      coordinator: check.coordinator,
      resultDigest: check.evidence.resultJws === null ? null : deps.digest(check.evidence.resultJws),
      coverage: check.coverage.map((row) => `${row.province} ${row.outcome} ${row.answerDigest ?? '-'}`),
    },
  });
}
