import type { Actor } from '../audit.js';
import type { RegistryError } from '../errors.js';
import type { OpenQuestion } from './ask-question.js';
import { showCandidates, type Check, type CheckDependencies } from './check.js';
import { judgeCheck, type JudgedCheck } from './judge-check.js';
import type { CoordinatorReply } from './ports.js';
import type { CoverageRow } from './statements.js';

/** Longest that metadata is waited for, in milliseconds. */
const MOST_METADATA_MS = 2_000;
/** What is left of the check's time for keeping it: a twentieth, at most 100 ms. */
const KEEPING = { share: 0.05, mostMs: 100 };

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
  const { question, questionJws, picture, pictureSalt, repeats } = asked;
  const replies = typeof reply === 'string' ? [] : reply.replies;
  const judged = await judgeCheck(deps, { question, questionJws }, typeof reply === 'string' ? null : reply);
  const check: Omit<Check, 'candidates'> = {
    checkId: question.checkId,
    asker: question.asker,
    registrationId: question.excluding ?? null,
    supersedes: repeats && answersMore(judged, repeats) ? repeats.checkId : null,
    limit: question.limit,
    askedAt: question.askedAt,
    finishedAt: deps.clock.now().toISOString(),
    picture: { digest: picture.pictureDigest, width: picture.width, height: picture.height },
    verdict: judged.verdict,
    complete: judged.complete,
    coverage:
      typeof reply === 'string' ? judged.coverage.map((row) => ({ ...row, detail: reply })) : judged.coverage,
    coordinator: judged.coordinator,
    calibration: judged.calibration,
    epoch: question.epoch,
    evidence: {
      questionJws,
      resultJws: typeof reply === 'string' ? null : reply.resultJws,
      answers: replies.flatMap(({ province, reply: one }) =>
        one.kind === 'answer' ? [{ province, answerJws: one.answerJws }] : [],
      ),
      pictureSalt,
    },
  };
  // Neither needs the other: the log has what the members said, not what their registers add to it.
  const [shared] = await Promise.all([
    deps.metadata.describe(judged.candidates, metadataDeadline(deps, asked)),
    logJudged(deps, check, actor),
  ]);
  return { ...check, candidates: showCandidates(judged.candidates, shared, judged.calibration) };
}

/** A check keeps its time also where a province that answered is slow to say what it registered. */
function metadataDeadline({ clock }: CheckDependencies, { question }: OpenQuestion): Date {
  const end = Date.parse(question.deadline);
  const keeping = Math.min(KEEPING.mostMs, (end - Date.parse(question.askedAt)) * KEEPING.share);
  return new Date(Math.min(end - keeping, clock.now().getTime() + MOST_METADATA_MS));
}

/** Whether all members that answered in full do so again, and others too: only then may a verdict take the place of another. */
function answersMore(now: JudgedCheck, before: Check): boolean {
  if (now.complete) return true;
  const answered = (rows: readonly CoverageRow[]) =>
    new Set(rows.filter(({ outcome }) => outcome === 'ANSWERED').map(({ province }) => province));
  const [all, some] = [answered(now.coverage), answered(before.coverage)];
  return all.size > some.size && [...some].every((province) => all.has(province));
}

/** What every member's row says when the coordinator did not ask them. */
export function notAsked(error: RegistryError): string {
  return `not asked: ${error.problem}`;
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
      supersedes: check.supersedes,
      resultDigest: check.evidence.resultJws === null ? null : deps.digest(check.evidence.resultJws),
      coverage: check.coverage.map((row) => `${row.province} ${row.outcome} ${row.answerDigest ?? '-'}`),
    },
  });
}
