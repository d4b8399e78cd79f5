import {
  checkSchema,
  DECISION_KINDS,
  RECEIPT_ABOUT,
  RECEIPT_STATES,
  REGISTRATION_STATES,
} from '#libs/registry';
import { z } from 'zod';

const text = z.string();
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const words = z.object({ zh: z.string(), en: z.string() });
const check = checkSchema.shape;

/** Where the examined picture comes from: the registry, the copy kept with the check, or nowhere any more. */
export const PICTURE_SOURCES = ['deposit-copy', 'checked-copy', 'not-kept'] as const;
/** Whether a candidate's picture can be shown: a deposit copy of this province, another province's, or a copy that cannot be read. */
export const CANDIDATE_PICTURES = ['here', 'stays-home', 'missing'] as const;

const applicationSchema = z.object({
  registrationId: z.uuid(),
  registrationNumber: text.nullable(),
  state: z.enum(REGISTRATION_STATES),
  title: text,
  category: text,
  owner: text,
  centre: text,
  completedOn: text.nullable(),
  firstPublishedOn: text.nullable(),
  registeredOn: text.nullable(),
  filedAt: text,
});

export type ApplicationFacts = z.infer<typeof applicationSchema>;

const entrySchema = z.object({
  /** Origin line of the log: "weft/zhejiang". */
  log: text,
  index: z.int().nonnegative(),
  /** Of the signed checkpoint that covers it. */
  size: z.int().positive(),
  /** Base64. */
  root: text,
});

/** Where a log holds an entry, and the checkpoint that proves it. */
export type EntryFacts = z.infer<typeof entrySchema>;

/** All that the report of a check says: weft.check-report.v1. */
export const checkFactsSchema = z.object({
  kind: z.literal('weft.check-report.v1'),
  checkId: z.uuid(),
  /** The asking province. */
  province: text,
  askedAt: text,
  finishedAt: text,
  epoch: z.int(),
  picture: check.picture.extend({ source: z.enum(PICTURE_SOURCES) }),
  application: applicationSchema.nullable(),
  verdict: check.verdict,
  complete: z.boolean(),
  coordinator: check.coordinator,
  candidates: z.array(check.candidates.element.extend({ picture: z.enum(CANDIDATE_PICTURES) })).max(100),
  coverage: z.array(check.coverage.element).max(64),
  calibration: check.calibration,
  decisions: z
    .array(
      z.object({
        kind: z.enum(DECISION_KINDS),
        reason: text,
        by: text,
        at: text,
        confirmedBy: text.nullable(),
        confirmedAt: text.nullable(),
        inForce: z.boolean(),
      }),
    )
    .max(200),
  /** Whether every entry about the check is proved to be in a log that enough witnesses cosigned. */
  witnessed: z.boolean(),
  receipts: z
    .array(
      z.object({
        party: text,
        about: z.enum(RECEIPT_ABOUT),
        state: z.enum(RECEIPT_STATES),
        detail: text,
        entry: entrySchema.nullable(),
      }),
    )
    .max(256),
  /** The pictures that the report shows, by the digest of what is shown. */
  shown: z.object({
    query: digest.nullable(),
    /** Of the candidate that is shown beside it. */
    candidate: z.object({ registrationId: z.uuid(), digest }).nullable(),
    /** Overlay and repeat units, and those that could not be drawn. */
    evidence: z.array(z.object({ name: text, digest, caption: words })).max(16),
    absent: z.array(z.object({ name: text, reason: words })).max(16),
  }),
});

/** All that the report of a check says. */
export type CheckFacts = z.infer<typeof checkFactsSchema>;

/** The bytes of what the report shows: JPEG or PNG. */
export interface ShownPictures {
  readonly query: Uint8Array | null;
  readonly candidate: Uint8Array | null;
  /** In the order of `shown.evidence`. */
  readonly evidence: readonly Uint8Array[];
}

/** A report without a picture. */
export const NO_PICTURES: ShownPictures = { query: null, candidate: null, evidence: [] };
