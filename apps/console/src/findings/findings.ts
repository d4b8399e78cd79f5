import { useQuery } from '@tanstack/react-query';
import { DELIVERY_STATES, FINDING_STEPS } from '#libs/registry';
import { z } from 'zod';
import { call } from '../api/client.js';

const EVERY_MS = 5_000;

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
export type FindingStepRow = z.infer<typeof stepSchema>;

export const findingSchema = z.object({
  findingId: z.string(),
  direction: z.enum(['sent', 'received']),
  from: z.string(),
  to: z.string(),
  registrationId: z.string(),
  checkId: z.string(),
  state: z.enum(FINDING_STEPS),
  steps: z.array(stepSchema),
  fork: z.array(stepSchema),
  due: z.object({
    awaits: z.enum(['acknowledgement', 'answer', 'nothing']),
    by: z.string().nullable(),
    late: z.boolean(),
    sure: z.boolean(),
  }),
  next: z.array(z.enum(FINDING_STEPS)),
  registration: z
    .object({ registrationNumber: z.string().nullable(), title: z.string().nullable() })
    .nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

const listSchema = z.object({ findings: z.array(findingSchema) });

/** Findings by this query of the node's list, read again while the page is open: the other province acts by itself. */
export function useFindings(query: string) {
  return useQuery({
    queryKey: ['findings', query],
    queryFn: ({ signal }) => call(`/api/v1/findings?${query}`, listSchema, { signal }),
    refetchInterval: EVERY_MS,
  });
}

export function useFinding(findingId: string) {
  return useQuery({
    queryKey: ['finding', findingId],
    queryFn: ({ signal }) =>
      call(`/api/v1/findings/${encodeURIComponent(findingId)}`, findingSchema, { signal }),
    refetchInterval: EVERY_MS,
  });
}
