import type { PicturePolicy } from '../lent-picture/picture-statements.js';
import type { ProvinceId } from '../province.js';
import type { Registration } from '../registration/registration.js';
import type { Outcome, Question } from './statements.js';

/** Signs statements with the key of whoever runs this process. */
export interface StatementSigner {
  /** Compact JWS over the RFC 8785 form of `statement`. */
  sign(statement: object): Promise<string>;
}

/** Whose signature a statement must carry. */
export type Signatory = { readonly province: ProvinceId } | 'coordinator';

/** Verifies statements against the member directory in force. */
export interface StatementVerifier {
  /**
   * The payload of `jws` if one of the signatory's keys in the directory signed it.
   * @throws Error if the signature, the signatory or the form of the JWS is wrong
   */
  verify(jws: string, signatory: Signatory): Promise<unknown>;
}

/** SHA-256 as "sha256:" and 64 hex digits; strings are hashed as UTF-8. */
export type Digest = (data: string | Uint8Array) => string;

/** A question as it travels: its JWS and the fingerprint whose digest it holds. */
export interface SignedQuestion {
  readonly questionJws: string;
  readonly fingerprint: Uint8Array;
}

/** A question that was accepted, as it came. */
export interface AcceptedQuestion extends SignedQuestion {
  readonly question: Question;
}

/** What comes of asking one member: its signed answer, or the reason that there is none. */
export type MemberReply =
  | { readonly kind: 'answer'; readonly answerJws: string }
  | {
      readonly kind: 'none';
      readonly outcome: Exclude<Outcome, 'ANSWERED' | 'PARTIAL' | 'STALE_INDEX'>;
      readonly detail: string;
      /** Only if the member refused because too much waits there: milliseconds after which it is worth asking again. */
      readonly retryAfterMs?: number | undefined;
    };

/** A reply with the coordinator's two times. */
export interface TimedReply {
  readonly province: ProvinceId;
  readonly reply: MemberReply;
  /** RFC 3339 with milliseconds. */
  readonly askedAt: string;
  /** RFC 3339 with milliseconds; null when nothing came. */
  readonly arrivedAt: string | null;
}

/** The coordinator's way to the members. */
export interface MemberClient {
  /**
   * Asks one member several questions (1 to 64) in one call; one reply each, in their order. Never throws and never
   * takes longer than the deadline: silence is a reply of kind "none".
   */
  search(
    province: ProvinceId,
    questions: readonly AcceptedQuestion[],
    deadline: Date,
  ): Promise<MemberReply[]>;
}

/** The coordinator's way to each of the processes that answer for a member. */
export interface MemberReplicas {
  /** How many there are, at least 1. */
  replicas(province: ProvinceId): number;
  /**
   * As `MemberClient` does, of one process.
   * @param from the first if it is left out; the call is given up when the signal aborts, and what it gives then says nothing
   */
  search(
    province: ProvinceId,
    questions: readonly SignedQuestion[],
    deadline: Date,
    from?: { readonly replica: number; readonly signal: AbortSignal },
  ): Promise<MemberReply[]>;
}

/** What the coordinator sends back for one question. */
export interface CoordinatorReply {
  readonly resultJws: string;
  readonly replies: readonly TimedReply[];
}

/** A question that was lost with the coordinator that it was sent to: it may have been asked, and is not to be sent again. */
export interface LostQuestion {
  /** What became of the coordinator, for people. */
  readonly lost: string;
}

/** The asking node's way to the coordinator. */
export interface Federation {
  /**
   * @throws RegistryError FEDERATION_UNAVAILABLE when no coordinator can be reached, or the one that is refuses
   */
  check(question: SignedQuestion, deadline: Date): Promise<CoordinatorReply | LostQuestion>;
  /**
   * Many questions on one stream; results come as they are ready, in any order.
   * @param items item ids are unique; at most 10,000
   */
  checkBatch(items: AsyncIterable<{ itemId: string; question: SignedQuestion }>): AsyncIterable<BatchEvent>;
}

/** What a batch's stream gives. */
export type BatchEvent =
  | { readonly kind: 'progress'; readonly received: number; readonly finished: number }
  | { readonly kind: 'result'; readonly itemId: string; readonly reply: CoordinatorReply }
  | { readonly kind: 'refused'; readonly itemId: string; readonly detail: string };

/** What the core needs of the member directory in force. */
export interface DirectoryView {
  readonly epoch: number;
  /** All members, in the directory's order. */
  readonly members: readonly ProvinceId[];
  readonly calibration: Calibration;
  /** While the members change to another model: the thresholds of the new one, in force beside the old one's. */
  readonly nextCalibration?: Calibration | undefined;
}

/**
 * What the bureaus agreed on for one model: thresholds on the verified score, and how often unrelated patterns reach it.
 * Scores of another model are never held against them.
 */
export interface Calibration {
  /** Names it in every verdict: "cal-" and more. */
  readonly id: string;
  readonly modelDigest: string;
  /**
   * The score that the thresholds are on. "embedding", the similarity of embeddings, only for a model whose fingerprints have
   * nothing else: its candidates are not verified. Absent: the verified score.
   */
  readonly scale?: 'embedding' | undefined;
  /** A verified score of at least this, 0 to 1, is a DUPLICATE. */
  readonly duplicateAt: number;
  /** A verified score of at least this, and under `duplicateAt`, is SUSPECTED. */
  readonly suspectedAt: number;
  /** Patterns in the registry for which `background` is stated. */
  readonly gallery: number;
  /**
   * Of how many unrelated patterns in 10,000 the best candidate of the gallery reaches a score; at most 64 points, score
   * descending, and no point rarer than one above it.
   */
  readonly background: readonly { readonly score: number; readonly per10000: number }[];
}

/** What a province shares of a registration; owner only where its policy allows. */
export type SharedRegistration = Omit<Registration, 'province' | 'filedAt' | 'reason' | 'owner'> & {
  readonly owner: string | null;
  /** What the province shows of its pictures. */
  readonly pictures: PicturePolicy;
};

/** The asking node's way to the owning provinces' metadata. */
export interface MetadataClient {
  /**
   * Metadata of the candidates that are shown, by registration id. Never throws and keeps the deadline: what could not
   * be had is left out.
   */
  describe(
    candidates: readonly { readonly province: ProvinceId; readonly registrationId: string }[],
    deadline: Date,
  ): Promise<ReadonlyMap<string, SharedRegistration>>;
}

/** The time; passed in so that tests and auditors can set it. */
export interface Clock {
  now(): Date;
}

/** Randomness; passed in likewise. */
export interface Random {
  uuid(): string;
  /** 128 random bits, base64url without padding. */
  nonce(): string;
  /** 256 random bits, 64 hexadecimal digits. */
  salt(): string;
}
