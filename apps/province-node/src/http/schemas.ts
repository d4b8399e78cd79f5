import { evidenceSchema } from '#libs/evidence';
import {
  checkSchema,
  DECISION_KINDS,
  EXAMINATION_PACES,
  OUTCOMES,
  PAPERS,
  RECEIPT_ABOUT,
  RECEIPT_STATES,
  REGISTRATION_STATES,
  ROLES,
  VERDICTS,
} from '#libs/registry';
import { z } from 'zod';

/** What the HTTP API answers with, for its description. */
const nullableText = z.string().nullable();

export const errorSchema = z.object({
  error: z.object({ code: z.string(), field: z.string(), problem: z.string(), remedy: z.string() }),
});

export const sessionSchema = z.object({
  token: z.string(),
  expiresAt: z.iso.datetime(),
  user: z.string(),
  roles: z.array(z.enum(ROLES)),
  province: z.string(),
});

/** A check with its receipts. */
export const receiptedCheckSchema = checkSchema.extend({
  /** Whether it is incomplete and will be asked again as soon as those who did not answer are back. */
  waits: z.boolean(),
  /** The check that took its place. */
  supersededBy: z.uuid().nullable(),
  /** Whether every receipt is WITNESSED. */
  witnessed: z.boolean(),
  receipts: z.array(
    z.object({
      party: z.string(),
      about: z.enum(RECEIPT_ABOUT),
      state: z.enum(RECEIPT_STATES),
      detail: z.string(),
      receipt: nullableText,
    }),
  ),
});

export const decisionSchema = z.object({
  decisionId: z.uuid(),
  checkId: z.uuid(),
  registrationId: z.uuid().nullable(),
  kind: z.enum(DECISION_KINDS),
  reason: z.string(),
  decidedBy: z.string(),
  decidedAt: z.string(),
  confirmedBy: nullableText,
  confirmedAt: nullableText,
  inForce: z.boolean(),
  supersedes: z.uuid().nullable(),
});

export const decisionListSchema = z.object({ decisions: z.array(decisionSchema) });

export const clearTokenAnswerSchema = z.object({ clearToken: z.string() });

const logPhases = z.enum(['witnessed', 'waiting', 'unwitnessed']);

export const logStateSchema = z.object({
  log: z.object({
    phase: logPhases,
    quorum: z.int(),
    size: z.int(),
    witnessedSize: z.int(),
    witnesses: z.array(z.object({ name: z.string(), size: z.int(), problem: nullableText })),
  }),
  witnessed: z.array(z.object({ origin: z.string(), size: z.int(), cosignedAt: z.string() })),
  equivocations: z.array(
    z.object({
      kind: z.literal('weft.equivocation.v1'),
      origin: z.string(),
      reason: z.enum(['TWO_ROOTS', 'NO_PROOF']),
      cosigned: z.string(),
      refused: z.string(),
      proof: z.array(z.string()),
      seenAt: z.string(),
    }),
  ),
  askers: z
    .array(z.object({ province: z.string(), questions: z.int(), overQuota: z.int(), alarms: z.int() }))
    .describe(
      'what each province asked here in the last hour; refused over its quota, and suspected of harvesting, since the start',
    ),
  mirrors: z.array(
    z.object({
      party: z.string(),
      size: z.int().nullable(),
      witnessed: z.boolean(),
      problem: nullableText,
    }),
  ),
});

const checkSummarySchema = z.object({
  checkId: z.uuid(),
  askedAt: z.string(),
  finishedAt: z.string(),
  askedBy: z.string(),
  picture: z.object({ digest: z.string(), width: z.int(), height: z.int() }),
  verdict: z.enum(VERDICTS),
  complete: z.boolean(),
});

export const checkListSchema = z.object({ checks: z.array(checkSummarySchema) });

export const comparisonSchema = z.object({
  evidence: evidenceSchema,
  /** PNG files in base64, by the names that the evidence lists. */
  pictures: z.record(z.string(), z.base64()),
});

const itemStates = z.enum(['waiting', 'checked', 'failed']);

export const openedBatchSchema = z.object({ batchId: z.uuid() });

export const receivedPictureSchema = z.object({
  name: z.string(),
  state: itemStates,
  error: errorSchema.shape.error.optional(),
});

const batchFields = {
  batchId: z.uuid(),
  state: z.enum(['collecting', 'running', 'finished']),
  count: z.int(),
  received: z.int(),
  finished: z.int(),
  askedBy: z.string(),
  openedAt: z.iso.datetime(),
};

export const batchStateSchema = z.object(batchFields);

export const batchListSchema = z.object({ batches: z.array(batchStateSchema) });

export const batchSchema = z.object({
  ...batchFields,
  items: z.array(
    z.object({
      place: z.int(),
      name: z.string(),
      state: itemStates,
      check: checkSchema.omit({ evidence: true }).optional(),
      error: errorSchema.shape.error.optional(),
    }),
  ),
});

export const registrationSchema = z.object({
  registrationId: z.uuid(),
  patternId: z.uuid(),
  province: z.string(),
  registrationNumber: nullableText,
  state: z.enum(REGISTRATION_STATES),
  title: z.string(),
  category: z.string(),
  owner: z.string(),
  completedOn: nullableText,
  firstPublishedOn: nullableText,
  centre: z.string(),
  registeredOn: nullableText,
  filedAt: z.string(),
  reason: z.string(),
});

/** One registration with its picture's file. */
export const registrationDetailSchema = registrationSchema.extend({
  picture: z.object({ digest: z.string(), mediaType: z.string(), width: z.int(), height: z.int() }),
});

export const registrationListSchema = z.object({ registrations: z.array(registrationSchema) });

const daysSchema = z.object({
  filedOn: z.string(),
  endedOn: nullableText,
  /** Of working days: used, and the last day of the promise. */
  workingDays: z.int(),
  promisedBy: z.string(),
  legalBy: z.string(),
  pace: z.enum(EXAMINATION_PACES),
  sure: z.boolean(),
});

export const examinationSchema = z.object({
  history: z
    .array(
      z.object({
        state: z.enum(REGISTRATION_STATES),
        at: z.string(),
        by: z.string(),
        /** Index of its entry in the province's log. */
        entry: z.int(),
        papers: z.array(z.enum(PAPERS)).readonly().nullable(),
        checkId: nullableText,
      }),
    )
    .readonly(),
  papers: z.array(z.enum(PAPERS)).readonly().nullable(),
  checks: z.array(checkSummarySchema).readonly(),
  days: daysSchema.nullable(),
});

export const applicationListSchema = z.object({
  applications: z.array(registrationSchema.extend({ days: daysSchema })),
});

const share = z.object({ count: z.int(), of: z.int(), share: z.number().nullable() });

export const statisticsSchema = z.object({
  from: z.string(),
  to: z.string(),
  /** By month, centre and category. */
  works: z.array(
    z.object({
      month: z.string(),
      centre: z.string(),
      category: z.string(),
      applications: z.int(),
      certificates: z.int(),
    }),
  ),
  checks: z.array(
    z.object({
      month: z.string(),
      checks: z.int(),
      comparisons: z.int(),
      pictures: z.int(),
      duplicates: z.int(),
      elsewhere: z.int(),
      incomplete: z.int(),
    }),
  ),
  /** Of what was registered or refused in each month. */
  examinations: z.array(
    z.object({
      month: z.string(),
      ended: z.int(),
      /** Working days, as the next two. */
      median: z.number(),
      average: z.number(),
      longest: z.int(),
      inTime: z.int(),
      sure: z.boolean(),
    }),
  ),
  /** Each of the pictures that were checked in the period; a picture checked in two months counts in both. */
  shares: z.object({ duplicates: share, elsewhere: share }),
});

const servedSchema = z
  .array(z.object({ modelDigest: z.string(), searched: z.int(), declared: z.int() }))
  .readonly();

export const membersSchema = z.object({
  epoch: z.int(),
  members: z.array(
    z.object({
      province: z.string(),
      nameZh: z.string(),
      nameEn: z.string(),
      outcome: z.enum(OUTCOMES),
      detail: z.string(),
      modelDigest: nullableText,
      searched: z.int().nullable(),
      declared: z.int().nullable(),
      position: z.int().nullable(),
      registryPosition: z.int().nullable(),
      served: servedSchema,
    }),
  ),
});

export const healthSchema = z.object({
  status: z.string(),
  reasons: z.array(z.string()).optional(),
  served: servedSchema.optional(),
  refingerprinting: z.object({ running: z.boolean(), made: z.int(), failed: z.int() }).optional(),
  log: z.object({ size: z.int(), phase: z.string(), witnesses: logPhases.optional() }).optional(),
  revocations: z
    .object({
      issuedAt: z.string().nullable(),
      number: z.int().nullable(),
      problem: z
        .string()
        .nullable()
        .describe('why no member is asked or answered, or what is wrong with the file'),
    })
    .optional(),
});

/** What an operator is told of this node. */
export const nodeStateSchema = healthSchema.pick({ served: true, refingerprinting: true }).extend({
  reasons: z.array(z.string()),
  runtime: z.string(),
  startedAt: z.string(),
  certificateEnds: z.string(),
  /** At most 100 running batches are counted. */
  queue: z.object({ batches: z.int(), pictures: z.int() }),
  /** Bytes of the file system that holds the node's data. */
  disk: z.object({ free: z.number(), total: z.number() }).nullable(),
  /** Bytes. */
  memory: z.number(),
  log: z.object({ size: z.int(), phase: z.string() }).nullable(),
  revocations: healthSchema.shape.revocations.unwrap().nullable(),
  directory: z.object({
    epoch: z.int(),
    issuedAt: z.string(),
    modelDigest: z.string(),
    nextModelDigest: nullableText,
    keys: z.array(
      z.object({
        party: z.string(),
        kid: z.string(),
        use: z.string(),
        notAfter: nullableText,
        revoked: z.boolean(),
      }),
    ),
  }),
});
