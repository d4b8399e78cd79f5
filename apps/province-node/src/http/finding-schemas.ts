import { DELIVERY_STATES, FINDING_STEPS } from '#libs/registry';
import { z } from 'zod';

/** What the HTTP API answers about findings, for its description. */
const stepSchema = z.object({
  step: z.enum(FINDING_STEPS),
  at: z.string(),
  by: z.string(),
  reason: z.string(),
  digest: z.string(),
  delivery: z
    .object({
      state: z.enum(DELIVERY_STATES),
      attempts: z.int(),
      nextAt: z.string().nullable(),
      problem: z.string(),
    })
    .nullable(),
});

export const findingSchema = z.object({
  findingId: z.uuid(),
  direction: z.enum(['sent', 'received']),
  from: z.string(),
  to: z.string(),
  registrationId: z.uuid(),
  checkId: z.uuid(),
  evidenceDigest: z.string(),
  state: z.enum(FINDING_STEPS),
  steps: z.array(stepSchema).readonly(),
  /** Statements of two histories, if they were told. */
  fork: z.array(stepSchema).readonly(),
  due: z.object({
    awaits: z.enum(['acknowledgement', 'answer', 'nothing']),
    by: z.string().nullable(),
    late: z.boolean(),
    sure: z.boolean(),
  }),
  next: z.array(z.enum(FINDING_STEPS)).readonly(),
  registration: z
    .object({ registrationNumber: z.string().nullable(), title: z.string().nullable() })
    .nullable(),
});

export const findingListSchema = z.object({ findings: z.array(findingSchema) });
