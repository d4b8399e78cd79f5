import type { ProvinceId } from '../province.js';
import type { Calibration, DirectoryView } from './ports.js';
import type { Candidate, CoverageRow, Hit, Verdict } from './statements.js';
import { byEvidence } from './verify-hits.js';

/** One member's reply after judgement: its coverage row and the hits that may be believed. */
export interface JudgedReply {
  readonly row: CoverageRow;
  readonly hits: readonly Hit[];
}

/** The merged answer. */
export interface MergedAnswer {
  readonly verdict: Verdict;
  /** True only if every member of the directory ANSWERED. */
  readonly complete: boolean;
  readonly candidates: Candidate[];
  /** A row for every member, in the directory's order. */
  readonly coverage: CoverageRow[];
}

/** The thresholds for questions in this version; null if the directory has none, and then no score says anything. */
export function calibrationOf(
  { calibration, nextCalibration }: Pick<DirectoryView, 'calibration' | 'nextCalibration'>,
  modelDigest: string,
): Calibration | null {
  if (calibration.modelDigest === modelDigest) return calibration;
  return nextCalibration?.modelDigest === modelDigest ? nextCalibration : null;
}

/**
 * Merges the members' judged replies: exact (the union's best by evidence, then province, then registration id, whatever
 * the order of arrival), with a coverage row for every member of the directory. A province counts once; one that is not
 * in the directory does not count; one without a reply is UNREACHABLE.
 *
 * @param limit candidates kept, as many as each member was asked for
 * @param askedAt time given to the row of a member without a reply
 * @param calibration for the question's version (`calibrationOf`)
 */
export function mergeAnswers(
  directory: DirectoryView,
  judged: readonly JudgedReply[],
  limit: number,
  askedAt: string,
  calibration: Calibration | null = directory.calibration,
): MergedAnswer {
  const first = new Map<ProvinceId, JudgedReply>();
  for (const reply of judged) if (!first.has(reply.row.province)) first.set(reply.row.province, reply);
  const replies = directory.members.map((province) => first.get(province) ?? withoutReply(province, askedAt));

  const coverage = replies.map(({ row }) => row);
  const complete = isComplete(coverage);
  const candidates = replies
    .flatMap(({ row, hits }) => distinct(hits).map((hit) => ({ ...hit, province: row.province })))
    .sort(byRank)
    .slice(0, limit);
  return { verdict: verdictOf(candidates, complete, calibration), complete, candidates, coverage };
}

/** The score that a candidate is shown by: the verified one where its province verified it. */
export function effectiveScore(hit: Hit): number {
  return hit.verified?.score ?? hit.score;
}

/**
 * What one candidate's score says by itself: the one that the thresholds are on. Null below both thresholds, without any,
 * and for a candidate that nobody verified where they are on the verified score: the similarity of embeddings is another scale.
 */
export function matchOf(
  hit: Pick<Hit, 'verified' | 'score'>,
  calibration: Calibration | null,
): 'DUPLICATE' | 'SUSPECTED' | null {
  if (!calibration) return null;
  const score = calibration.scale === 'embedding' ? hit.score : hit.verified?.score;
  if (score === undefined) return null;
  if (score >= calibration.duplicateAt) return 'DUPLICATE';
  return score >= calibration.suspectedAt ? 'SUSPECTED' : null;
}

/** True only if there is a member and each has answered in full. */
export function isComplete(coverage: readonly CoverageRow[]): boolean {
  return coverage.length > 0 && coverage.every((row) => row.outcome === 'ANSWERED');
}

/** A match stands whatever the coverage; without one, only complete coverage is CLEAR. Without thresholds nothing is. */
export function verdictOf(
  candidates: readonly Hit[],
  complete: boolean,
  calibration: Calibration | null,
): Verdict {
  if (!calibration) return 'INCOMPLETE';
  const matches = candidates.map((candidate) => matchOf(candidate, calibration));
  if (matches.includes('DUPLICATE')) return 'DUPLICATE';
  if (matches.includes('SUSPECTED')) return 'SUSPECTED';
  return complete ? 'CLEAR' : 'INCOMPLETE';
}

function withoutReply(province: ProvinceId, askedAt: string): JudgedReply {
  return {
    row: silentRow(province, 'UNREACHABLE', 'no reply was passed on for this province', askedAt, null),
    hits: [],
  };
}

/** The coverage row of a member from which no trustworthy answer came. */
export function silentRow(
  province: ProvinceId,
  outcome: CoverageRow['outcome'],
  detail: string,
  askedAt: string,
  arrivedAt: string | null,
): CoverageRow {
  return {
    province,
    outcome,
    detail: detail.slice(0, 500),
    searched: null,
    declared: null,
    position: null,
    modelDigest: null,
    askedAt,
    receivedAt: null,
    answeredAt: null,
    arrivedAt,
    answerDigest: null,
  };
}

function distinct(hits: readonly Hit[]): Hit[] {
  return [...new Map([...hits].reverse().map((hit) => [hit.registrationId, hit])).values()];
}

function byRank(a: Candidate, b: Candidate): number {
  return byEvidence(a, b) || compare(a.province, b.province) || compare(a.registrationId, b.registrationId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
