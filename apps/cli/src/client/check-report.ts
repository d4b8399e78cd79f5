import { checkSchema, OUTCOMES } from '#libs/registry';
import { z } from 'zod';

const count = z.int().nonnegative();

export const checkReportSchema = checkSchema.omit({ evidence: true });

/** A check as a node tells it. */
export type CheckReport = z.infer<typeof checkReportSchema>;

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
