import { PICTURE_POLICIES } from '../lent-picture/picture-statements.js';
import { z } from 'zod';
import type { Check } from '../duplicate-check/check.js';
import { candidateSchema, coverageRowSchema, resultSchema } from '../duplicate-check/statements.js';

const text = z.string().nullable();

/**
 * The written form of a finished check: what is kept, and what an examiner's program reads. Checks kept before candidates were
 * verified have neither rarity nor background, nor do they name their application; they stay readable.
 */
export const checkSchema = z.object({
  checkId: z.uuid(),
  asker: z.string(),
  registrationId: z.uuid().nullable().default(null),
  limit: z.int().default(10),
  supersedes: z.uuid().nullable().default(null),
  askedAt: z.string(),
  finishedAt: z.string(),
  picture: z.object({ digest: z.string(), width: z.int(), height: z.int() }),
  verdict: resultSchema.shape.verdict,
  complete: z.boolean(),
  candidates: z.array(
    candidateSchema.extend({
      registrationNumber: text,
      title: text,
      category: text,
      registeredOn: text,
      centre: text,
      owner: text,
      pictures: z.enum(PICTURE_POLICIES).nullable().default(null),
      verdict: z.enum(['DUPLICATE', 'SUSPECTED']).nullable(),
      rarity: z.number().nullable().default(null),
      transformWords: z.object({ zh: z.string(), en: z.string() }).nullable().default(null),
    }),
  ),
  coverage: z.array(coverageRowSchema),
  coordinator: z.enum(['AGREES', 'CONTRADICTS', 'BAD_SIGNATURE', 'UNREACHABLE']),
  calibration: z
    .object({
      id: z.string().default('cal-0'),
      modelDigest: z.string(),
      scale: z.literal('embedding').optional(),
      duplicateAt: z.number(),
      suspectedAt: z.number(),
      gallery: z.int().default(0),
      background: z.array(z.object({ score: z.number(), per10000: z.number() })).default([]),
    })
    .nullable(),
  epoch: z.int(),
  evidence: z.object({
    questionJws: z.string(),
    resultJws: z.string().nullable(),
    answers: z.array(z.object({ province: z.string(), answerJws: z.string() })),
  }),
}) satisfies z.ZodType<Check>;
