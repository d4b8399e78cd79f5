import { z } from 'zod';
import { REGISTRATION_STATES } from '../registration/registration.js';

/**
 * The signed statements of a duplicate check. Each travels as a compact JWS (RFC 7515) whose payload is the RFC 8785
 * form of one of these objects; a reader verifies the bytes it received and ignores members it does not know.
 */
export const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);
export const instant = z.iso.datetime({ precision: 3 });
export const count = z.int().nonnegative();
const score = z.number().min(-1).max(1);

/** Most candidates that one question may ask of a member. */
export const MAX_LIMIT = 100;
/** Most bytes of one fingerprint on the wire. */
export const MAX_FINGERPRINT_BYTES = 16_384;

/** As many of a fingerprint's first bytes as hold its version, model digest and embedding (libs/fingerprint/src/fingerprint-format.ts). */
export const FINGERPRINT_HEAD_BYTES = 1_066;
/** Most questions in one call to a member: enough for its index to read each block of vectors once for all of them. */
export const MAX_QUERIES_PER_CALL = 64;
/** Most items in one batch. */
export const MAX_BATCH_ITEMS = 10_000;

export const questionSchema = z.object({
  kind: z.literal('weft.question.v1'),
  checkId: z.uuid(),
  /** 128 random bits, base64url: an old answer cannot serve a new question. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  askedAt: instant,
  /** Absolute; an answer after it is no answer. */
  deadline: instant,
  /** The asking province. */
  asker: z.string().min(1).max(64),
  /** Directory epoch that the asker holds in force. */
  epoch: z.int().positive(),
  /** Digest of model and preprocessing that made the fingerprint. */
  modelDigest: sha256,
  /** SHA-256 of the fingerprint's bytes. */
  fingerprintDigest: sha256,
  /** Candidates wanted of each member. */
  limit: z.int().min(1).max(MAX_LIMIT),
  /** The application under check, so that it does not find itself; only the asker's own node heeds it. */
  excluding: z.uuid().optional(),
});

/** What the asking province signs. */
export type Question = z.infer<typeof questionSchema>;

/** How the query's picture lies on the candidate's. */
export const transformSchema = z.object({
  mirrored: z.boolean(),
  /** Degrees, counter-clockwise, 0 to 360. */
  rotation: z.number().min(0).lt(360),
  scale: z.number().positive(),
  /** Shift in units of the candidate's width and height. */
  offset: z.tuple([z.number(), z.number()]),
  recoloured: z.boolean(),
});

export type Transform = z.infer<typeof transformSchema>;

export const hitSchema = z.object({
  registrationId: z.uuid(),
  patternId: z.uuid(),
  state: z.enum(REGISTRATION_STATES),
  /** Cosine similarity of the embeddings, -1 to 1. */
  score,
  /** Present where the owning province verified the candidate geometrically. */
  verified: z
    .object({
      /** 0 to 1. */
      score: z.number().min(0).max(1),
      /** Null where nothing lies on anything. */
      transform: transformSchema.nullable(),
      /** Share of each side that takes part in the match, 0 to 1. */
      matchedShare: z.object({ query: z.number().min(0).max(1), candidate: z.number().min(0).max(1) }),
    })
    .optional(),
});

/** One of a member's nearest registrations. */
export type Hit = z.infer<typeof hitSchema>;

export const answerSchema = z.object({
  kind: z.literal('weft.answer.v1'),
  checkId: z.uuid(),
  nonce: z.string(),
  /** SHA-256 of the question's JWS as received: binds this answer to exactly that request. */
  questionDigest: sha256,
  province: z.string().min(1).max(64),
  epoch: z.int().positive(),
  modelDigest: sha256,
  receivedAt: instant,
  answeredAt: instant,
  index: z.object({
    /** Registry change that the index had reached. */
    position: count,
    /** Registry's latest change when the search began. */
    registryPosition: count,
    /** Registrations searched. */
    searched: count,
    /** Registrations that are searchable by the member's own log. */
    declared: count,
    /** The entry of that log which says so, and the entries that were cosigned then; absent while the log does not say it. */
    log: z.object({ entry: count, cosigned: count }).optional(),
  }),
  /** False if a candidate was not verified: the time ran out, or its fingerprint could not be read. */
  complete: z.boolean(),
  /** Verified score descending, those without one last by score, then registration id; at most the question's limit. */
  hits: z.array(hitSchema).max(MAX_LIMIT),
});

/** What a member signs. */
export type Answer = z.infer<typeof answerSchema>;

/** What became of asking one member. */
export const OUTCOMES = [
  'ANSWERED',
  'PARTIAL',
  'TIMEOUT',
  'UNREACHABLE',
  'REFUSED',
  'BREAKER_OPEN',
  'BAD_SIGNATURE',
  'STALE_INDEX',
  'VERSION_MISMATCH',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** What a check says. */
export const VERDICTS = ['DUPLICATE', 'SUSPECTED', 'CLEAR', 'INCOMPLETE'] as const;

export type Verdict = (typeof VERDICTS)[number];

export const coverageRowSchema = z.object({
  province: z.string(),
  outcome: z.enum(OUTCOMES),
  /** For people: why there is no full answer; empty when there is. */
  detail: z.string().max(500),
  /** Null where no trustworthy answer came. */
  searched: count.nullable(),
  declared: count.nullable(),
  position: count.nullable(),
  modelDigest: sha256.nullable(),
  askedAt: instant,
  receivedAt: instant.nullable(),
  answeredAt: instant.nullable(),
  arrivedAt: instant.nullable(),
  /** SHA-256 of the member's answer JWS. */
  answerDigest: sha256.nullable(),
});

/** One member's row in the coverage manifest. */
export type CoverageRow = z.infer<typeof coverageRowSchema>;

export const candidateSchema = hitSchema.extend({ province: z.string() });

/** A hit with the province that gave it. */
export type Candidate = z.infer<typeof candidateSchema>;

export const resultSchema = z.object({
  kind: z.literal('weft.result.v1'),
  checkId: z.uuid(),
  questionDigest: sha256,
  epoch: z.int().positive(),
  judgedAt: instant,
  verdict: z.enum(VERDICTS),
  /** True only if every member of the directory ANSWERED. */
  complete: z.boolean(),
  candidates: z.array(candidateSchema).max(MAX_LIMIT),
  coverage: z.array(coverageRowSchema).max(64),
});

/** What the coordinator signs: the merged answer with a row for every member. */
export type Result = z.infer<typeof resultSchema>;
