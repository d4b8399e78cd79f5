import type {
  Clock,
  Digest,
  DirectoryView,
  Federation,
  MetadataClient,
  Random,
  StatementSigner,
  StatementVerifier,
} from './ports.js';
import type { AuditLog } from '../audit.js';
import type { ProvinceId } from '../province.js';
import type { Calibration, SharedRegistration } from './ports.js';
import { describeTransform, type InBothLanguages } from './describe-transform.js';
import { matchOf } from './merge-answers.js';
import { rarityOf } from './rarity.js';
import type { PicturePolicy } from '../lent-picture/picture-statements.js';
import type { Candidate, CoverageRow, Verdict } from './statements.js';

/** A candidate as an examiner sees it: the hit and what its province shares of it. */
export interface ShownCandidate extends Candidate {
  /** Null while the owning province has given no metadata. */
  readonly registrationNumber: string | null;
  readonly title: string | null;
  readonly category: string | null;
  readonly registeredOn: string | null;
  readonly centre: string | null;
  readonly owner: string | null;
  /** What its province shows of its pictures; null while it has not said so. */
  readonly pictures: PicturePolicy | null;
  /** What this candidate's score says by itself. */
  readonly verdict: 'DUPLICATE' | 'SUSPECTED' | null;
  /** Of how many unrelated patterns in 10,000 the best candidate scores at least this; null where it was not verified. */
  readonly rarity: number | null;
  /** How the query lies on it, in words; null where it was not verified. */
  readonly transformWords: InBothLanguages | null;
}

/** Whether the coordinator's own signed result says what the members' signed answers say. */
export type CoordinatorWord = 'AGREES' | 'CONTRADICTS' | 'BAD_SIGNATURE' | 'UNREACHABLE';

/** A finished duplicate check. */
export interface Check {
  readonly checkId: string;
  readonly asker: ProvinceId;
  /** The application that it was made for, which did not find itself; null for a picture alone. */
  readonly registrationId: string | null;
  /** Candidates that were asked of each member. */
  readonly limit: number;
  /** The incomplete check that this one was made again for, with all its answers and more; null for a first one. */
  readonly supersedes: string | null;
  readonly askedAt: string;
  readonly finishedAt: string;
  readonly picture: { readonly digest: string; readonly width: number; readonly height: number };
  readonly verdict: Verdict;
  /** True only if every member ANSWERED and the coordinator's signed result agrees. */
  readonly complete: boolean;
  readonly candidates: readonly ShownCandidate[];
  readonly coverage: readonly CoverageRow[];
  readonly coordinator: CoordinatorWord;
  /** By which it was judged; null if the directory has none for the question's version: then it is INCOMPLETE. */
  readonly calibration: Calibration | null;
  readonly epoch: number;
  /** The signed statements that all of this was judged from. */
  readonly evidence: {
    readonly questionJws: string;
    readonly resultJws: string | null;
    readonly answers: readonly { readonly province: ProvinceId; readonly answerJws: string }[];
    /** Of a check just made: opens what its log entry commits to. Kept apart from the check, where it can be erased. */
    readonly pictureSalt?: string | undefined;
  };
}

/** What the asking node needs for a check. */
export interface CheckDependencies {
  readonly province: ProvinceId;
  readonly federation: Federation;
  readonly metadata: MetadataClient;
  readonly directory: DirectoryView;
  readonly signer: StatementSigner;
  readonly verifier: StatementVerifier;
  readonly digest: Digest;
  /** What of a picture's fingerprint the other provinces are sent. */
  readonly sentOf: (fingerprint: Uint8Array) => Uint8Array;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly random: Random;
}

/** Adds what the owning provinces share, and what the scores say, to the candidates that are shown. */
export function showCandidates(
  candidates: readonly Candidate[],
  shared: ReadonlyMap<string, SharedRegistration>,
  calibration: Calibration | null,
): ShownCandidate[] {
  return candidates.map((candidate) => {
    const registration = shared.get(candidate.registrationId);
    const { verified } = candidate;
    return {
      ...candidate,
      registrationNumber: registration?.registrationNumber ?? null,
      title: registration?.title ?? null,
      category: registration?.category ?? null,
      registeredOn: registration?.registeredOn ?? null,
      centre: registration?.centre ?? null,
      owner: registration?.owner ?? null,
      pictures: registration?.pictures ?? null,
      verdict: matchOf(candidate, calibration),
      rarity: verified && calibration ? rarityOf(verified.score, calibration) : null,
      transformWords: verified ? describeTransform(verified.transform) : null,
    };
  });
}
