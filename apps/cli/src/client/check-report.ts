import { checkSchema, OUTCOMES, RECEIPT_ABOUT, RECEIPT_STATES } from '#libs/registry';
import { z } from 'zod';

const count = z.int().nonnegative();

export const checkReportSchema = checkSchema.omit({ evidence: true });

/** A check as a node tells it. */
export type CheckReport = z.infer<typeof checkReportSchema>;

/** A check of the node with the receipts of all logs. */
export const receiptedCheckSchema = checkReportSchema.extend({
  /** Whether it will be asked again by itself; a node of an earlier version does not say. */
  waits: z.boolean().default(false),
  supersededBy: z.uuid().nullable().default(null),
  witnessed: z.boolean(),
  receipts: z
    .array(
      z.object({
        party: z.string(),
        about: z.enum(RECEIPT_ABOUT),
        state: z.enum(RECEIPT_STATES),
        detail: z.string(),
        receipt: z.string().nullable(),
      }),
    )
    .max(256),
});

export type ReceiptedCheck = z.infer<typeof receiptedCheckSchema>;

export const logStateReportSchema = z.object({
  log: z.object({
    phase: z.enum(['witnessed', 'waiting', 'unwitnessed']),
    quorum: count,
    size: count,
    witnessedSize: count,
    witnesses: z.array(z.object({ name: z.string(), size: count, problem: z.string().nullable() })).max(128),
  }),
  witnessed: z.array(z.object({ origin: z.string(), size: count, cosignedAt: z.string() })).max(256),
  equivocations: z
    .array(
      z.object({
        origin: z.string(),
        reason: z.enum(['TWO_ROOTS', 'NO_PROOF']),
        cosigned: z.string(),
        refused: z.string(),
        proof: z.array(z.string()).max(64),
        seenAt: z.string(),
      }),
    )
    .max(20),
  mirrors: z
    .array(
      z.object({
        party: z.string(),
        size: count.nullable(),
        witnessed: z.boolean(),
        problem: z.string().nullable(),
      }),
    )
    .max(128),
});

/** The node's log, its witnesses, and what it witnesses and copies. */
export type LogStateReport = z.infer<typeof logStateReportSchema>;

export const membersReportSchema = z.object({
  epoch: z.int().positive(),
  members: z
    .array(
      z.object({
        province: z.string(),
        nameZh: z.string(),
        nameEn: z.string(),
        outcome: z.enum(OUTCOMES),
        detail: z.string(),
        modelDigest: z.string().nullable(),
        searched: count.nullable(),
        declared: count.nullable(),
        position: count.nullable(),
        registryPosition: count.nullable(),
        served: z.array(z.object({ modelDigest: z.string(), searched: count, declared: count })).max(4),
      }),
    )
    .max(64),
});

/** The members as a node sees them now. */
export type MembersReport = z.infer<typeof membersReportSchema>;

const shareSchema = z.object({ count, of: count, share: z.number().nullable() });

export const statisticsReportSchema = z.object({
  works: z
    .array(
      z.object({
        month: z.string(),
        centre: z.string(),
        category: z.string(),
        applications: count,
        certificates: count,
      }),
    )
    .max(10_000),
  checks: z
    .array(
      z.object({
        month: z.string(),
        checks: count,
        comparisons: count,
        pictures: count,
        duplicates: count,
        elsewhere: count,
        incomplete: count,
      }),
    )
    .max(36),
  examinations: z
    .array(
      z.object({
        month: z.string(),
        ended: count,
        median: z.number(),
        average: z.number(),
        longest: count,
        inTime: count,
        sure: z.boolean(),
      }),
    )
    .max(36),
  shares: z.object({ duplicates: shareSchema, elsewhere: shareSchema }),
});

/** A node's figures by month. */
export type StatisticsReport = z.infer<typeof statisticsReportSchema>;

export const nodeErrorSchema = z.object({
  error: z.object({
    code: z.string(),
    field: z.string(),
    problem: z.string(),
    remedy: z.string(),
  }),
});

const batchItemSchema = z.object({
  place: count,
  name: z.string(),
  check: checkReportSchema.optional(),
  error: nodeErrorSchema.shape.error.optional(),
});

/** One picture of a batch with its check or what was wrong with it. */
export type BatchItem = z.infer<typeof batchItemSchema>;

export const batchReportSchema = z.object({
  finished: count,
  items: z.array(batchItemSchema).max(10_000),
});

export const openedBatchSchema = z.object({ batchId: z.uuid() });

export const sessionSchema = z.object({ token: z.string().min(1), expiresAt: z.iso.datetime() });
