import type { CoordinatorWord } from './check.js';
import { judgeReply, type AskedQuestion } from './judge-reply.js';
import { calibrationOf, mergeAnswers, verdictOf, type MergedAnswer } from './merge-answers.js';
import type { Calibration, CoordinatorReply, Digest, DirectoryView, StatementVerifier } from './ports.js';
import { resultSchema, type Candidate, type CoverageRow, type Result } from './statements.js';

/** What a check comes to by the members' own words and the coordinator's. */
export interface JudgedCheck extends MergedAnswer {
  readonly coordinator: CoordinatorWord;
  /** The thresholds that it was judged by; null if the directory has none for the question's version. */
  readonly calibration: Calibration | null;
}

/** What judgement needs: keys, a digest, and the directory in force. */
export interface JudgeDependencies {
  readonly verifier: StatementVerifier;
  readonly digest: Digest;
  readonly directory: DirectoryView;
}

/**
 * Judges every member's signed answer, merges them, and holds the coordinator's signed result against that: a CLEAR that
 * both do not say is INCOMPLETE. The asking node and an auditor run this same function.
 *
 * @param reply null if none came from the coordinator
 */
export async function judgeCheck(
  deps: JudgeDependencies,
  asked: AskedQuestion,
  reply: CoordinatorReply | null,
): Promise<JudgedCheck> {
  const { question } = asked;
  const judged = await Promise.all((reply?.replies ?? []).map((one) => judgeReply(deps, asked, one)));
  const calibration = calibrationOf(deps.directory, question.modelDigest);
  const merged = mergeAnswers(deps.directory, judged, question.limit, question.askedAt, calibration);
  const coordinator = reply === null ? 'UNREACHABLE' : await wordOf(deps, asked, reply.resultJws, merged);
  const complete = merged.complete && coordinator === 'AGREES';
  const verdict = verdictOf(merged.candidates, complete, calibration);
  return { ...merged, verdict, complete, coordinator, calibration };
}

/** Holds the coordinator's signed result against the members' own words. */
async function wordOf(
  deps: JudgeDependencies,
  { question, questionJws }: AskedQuestion,
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
