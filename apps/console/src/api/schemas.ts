import {
  DECISION_KINDS,
  EXAMINATION_PACES,
  checkSchema,
  OUTCOMES,
  PAPERS,
  RECEIPT_STATES,
  REGISTRATION_STATES,
  ROLES,
  VERDICTS,
} from '#libs/registry';
import { z } from 'zod';

/** What the node's API answers with, as far as the console reads it. */
const text = z.string().nullable();

export const errorSchema = z.object({
  error: z.object({ code: z.string(), field: z.string(), problem: z.string(), remedy: z.string() }),
});

export const sessionSchema = z.object({
  token: z.string(),
  expiresAt: z.string(),
  user: z.string(),
  roles: z.array(z.enum(ROLES)),
  province: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

export const checkReportSchema = checkSchema.omit({ evidence: true });
export type CheckReport = z.infer<typeof checkReportSchema>;
export type Candidate = CheckReport['candidates'][number];
export type CoverageRow = CheckReport['coverage'][number];

export const checkPageSchema = checkReportSchema.extend({
  waits: z.boolean(),
  supersededBy: z.string().nullable(),
  witnessed: z.boolean(),
  receipts: z.array(
    z.object({ party: z.string(), about: z.string(), state: z.enum(RECEIPT_STATES), detail: z.string() }),
  ),
});

export const decisionSchema = z.object({
  decisionId: z.string(),
  kind: z.enum(DECISION_KINDS),
  reason: z.string(),
  decidedBy: z.string(),
  decidedAt: z.string(),
  confirmedBy: text,
  inForce: z.boolean(),
});
export type Decision = z.infer<typeof decisionSchema>;
export const decisionListSchema = z.object({ decisions: z.array(decisionSchema) });

const checkSummarySchema = z.object({
  checkId: z.string(),
  askedAt: z.string(),
  askedBy: z.string(),
  picture: z.object({ digest: z.string(), width: z.number(), height: z.number() }),
  verdict: z.enum(VERDICTS),
  complete: z.boolean(),
});
export const checkListSchema = z.object({ checks: z.array(checkSummarySchema) });

export const batchStateSchema = z.object({
  batchId: z.string(),
  state: z.enum(['collecting', 'running', 'finished']),
  count: z.int(),
  received: z.int(),
  finished: z.int(),
  askedBy: z.string(),
  openedAt: z.string(),
});
export type BatchState = z.infer<typeof batchStateSchema>;

const itemSchema = z.object({
  place: z.int(),
  name: z.string(),
  state: z.enum(['waiting', 'checked', 'failed']),
  check: checkReportSchema.optional(),
  error: errorSchema.shape.error.optional(),
});
export type BatchItem = z.infer<typeof itemSchema>;

export const batchSchema = batchStateSchema.extend({ items: z.array(itemSchema) });
export const batchListSchema = z.object({ batches: z.array(batchStateSchema) });
export const openedBatchSchema = z.object({ batchId: z.string() });
export const receivedPictureSchema = z.object({ name: z.string(), state: z.string() });

export const registrationSchema = z.object({
  registrationId: z.string(),
  patternId: z.string(),
  province: z.string(),
  registrationNumber: text,
  state: z.enum(REGISTRATION_STATES),
  title: z.string(),
  category: z.string(),
  owner: z.string(),
  completedOn: text,
  firstPublishedOn: text,
  centre: z.string(),
  registeredOn: text,
  filedAt: z.string(),
  reason: z.string(),
});
export type Registration = z.infer<typeof registrationSchema>;
export const registrationListSchema = z.object({ registrations: z.array(registrationSchema) });
export const registrationDetailSchema = registrationSchema.extend({
  picture: z.object({ digest: z.string(), mediaType: z.string(), width: z.int(), height: z.int() }),
});

const daysSchema = z.object({
  filedOn: z.string(),
  endedOn: text,
  workingDays: z.int(),
  promisedBy: z.string(),
  legalBy: z.string(),
  pace: z.enum(EXAMINATION_PACES),
  sure: z.boolean(),
});
export type Days = z.infer<typeof daysSchema>;
export const applicationListSchema = z.object({
  applications: z.array(registrationSchema.extend({ days: daysSchema })),
});
export type Application = z.infer<typeof applicationListSchema>['applications'][number];
export const examinationSchema = z.object({
  history: z.array(
    z.object({
      state: z.enum(REGISTRATION_STATES),
      at: z.string(),
      by: z.string(),
      entry: z.int(),
      checkId: text,
    }),
  ),
  papers: z.array(z.enum(PAPERS)).nullable(),
  checks: z.array(checkSummarySchema),
  days: daysSchema.nullable(),
});
export type Examination = z.infer<typeof examinationSchema>;
export const idCardSchema = z.object({
  card: registrationSchema.omit({ patternId: true, centre: true }).extend({
    pictureDigest: z.string(),
    factsDigest: text,
    entry: z.object({ log: z.string(), index: z.int(), size: z.int() }).nullable(),
    witnessed: z.boolean(),
  }),
  code: z.string(),
});
export const clearTokenSchema = z.object({ clearToken: z.string() });

const shareOfPictures = z.object({ count: z.int(), of: z.int(), share: z.number().nullable() });
export const statisticsSchema = z.object({
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
  examinations: z.array(
    z.object({
      month: z.string(),
      ended: z.int(),
      median: z.number(),
      average: z.number(),
      longest: z.int(),
      inTime: z.int(),
      sure: z.boolean(),
    }),
  ),
  shares: z.object({ duplicates: shareOfPictures, elsewhere: shareOfPictures }),
});
export type Statistics = z.infer<typeof statisticsSchema>;

export const membersSchema = z.object({
  epoch: z.int(),
  members: z.array(
    z.object({
      province: z.string(),
      outcome: z.enum(OUTCOMES),
      detail: z.string(),
      modelDigest: text,
      searched: z.int().nullable(),
      declared: z.int().nullable(),
      position: z.int().nullable(),
      registryPosition: z.int().nullable(),
      served: z.array(z.object({ modelDigest: z.string(), searched: z.int(), declared: z.int() })),
    }),
  ),
});
export type Member = z.infer<typeof membersSchema>['members'][number];

export const nodeStateSchema = z.object({
  reasons: z.array(z.string()),
  runtime: z.string(),
  startedAt: z.string(),
  certificateEnds: z.string(),
  served: z.array(z.object({ modelDigest: z.string(), searched: z.int(), declared: z.int() })).default([]),
  refingerprinting: z.object({ running: z.boolean(), made: z.int(), failed: z.int() }).optional(),
  queue: z.object({ batches: z.int(), pictures: z.int() }),
  disk: z.object({ free: z.number(), total: z.number() }).nullable(),
  memory: z.number(),
  log: z.object({ size: z.int(), phase: z.enum(['signing', 'failing', 'damaged', 'stopped']) }).nullable(),
  revocations: z.object({ issuedAt: text, number: z.int().nullable(), problem: text }).nullable(),
  directory: z.object({
    epoch: z.int(),
    issuedAt: z.string(),
    modelDigest: z.string(),
    nextModelDigest: text,
    keys: z.array(
      z.object({ party: z.string(), kid: z.string(), use: z.string(), notAfter: text, revoked: z.boolean() }),
    ),
  }),
});
export type NodeState = z.infer<typeof nodeStateSchema>;

const logPhase = z.enum(['witnessed', 'waiting', 'unwitnessed']);
export const logStateSchema = z.object({
  log: z.object({
    phase: logPhase,
    quorum: z.int(),
    size: z.int(),
    witnessedSize: z.int(),
    witnesses: z.array(z.object({ name: z.string(), size: z.int(), problem: text })),
  }),
  witnessed: z.array(z.object({ origin: z.string(), size: z.int(), cosignedAt: z.string() })),
  equivocations: z.array(z.object({ origin: z.string(), reason: z.string(), seenAt: z.string() })),
  mirrors: z.array(
    z.object({ party: z.string(), size: z.int().nullable(), witnessed: z.boolean(), problem: text }),
  ),
});
export type LogState = z.infer<typeof logStateSchema>;

const words = z.object({ zh: z.string(), en: z.string() });
const share = z.object({ query: z.number(), candidate: z.number() });

export const comparisonSchema = z.object({
  evidence: z.object({
    score: z.number(),
    verdict: z.enum(['DUPLICATE', 'SUSPECTED', 'CLEAR']),
    rarity: z.object({ per10000: z.number(), gallery: z.number(), words }),
    transformWords: words,
    matchedShare: share,
    placedBy: z.enum(['places', 'repeat']).nullable(),
    covered: z.number().nullable(),
    repeat: z.object({ correlation: z.number(), drawingDifference: z.number() }).nullable(),
    palette: z.object({ recoloured: z.boolean() }).nullable(),
    pictures: z.array(z.object({ name: z.string(), width: z.number(), height: z.number(), caption: words })),
    absent: z.array(z.object({ name: z.string(), reason: words })),
  }),
  pictures: z.record(z.string(), z.base64()),
});
export type Comparison = z.infer<typeof comparisonSchema>;
