import { z } from 'zod';
import type { Check } from '../duplicate-check/check.js';
import { candidateSchema, coverageRowSchema, resultSchema } from '../duplicate-check/statements.js';

const text = z.string().nullable();

/** The written form of a finished check: what is kept, and what an examiner's program reads. */
export const checkSchema = z.object({
  checkId: z.uuid(),
  asker: z.string(),
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
      verdict: z.enum(['DUPLICATE', 'SUSPECTED']).nullable(),
    }),
  ),
  coverage: z.array(coverageRowSchema),
  coordinator: z.enum(['AGREES', 'CONTRADICTS', 'BAD_SIGNATURE', 'UNREACHABLE']),
  calibration: z
    .object({ modelDigest: z.string(), duplicateAt: z.number(), suspectedAt: z.number() })
    .nullable(),
  epoch: z.int(),
  evidence: z.object({
    questionJws: z.string(),
    resultJws: z.string().nullable(),
    answers: z.array(z.object({ province: z.string(), answerJws: z.string() })),
  }),
}) satisfies z.ZodType<Check>;
