import { useQuery } from '@tanstack/react-query';
import { REGISTRATION_STATES, WORKLIST_RESULTS, WORKLIST_STATES } from '#libs/registry';
import i18next from 'i18next';
import { z } from 'zod';
import { call } from '../api/client.js';

const EVERY_MS = 10_000;

const sideSchema = z.object({
  province: z.string(),
  registrationId: z.string(),
  registrationNumber: z.string().nullable(),
  title: z.string().nullable(),
  state: z.enum(REGISTRATION_STATES).nullable(),
});
export type ItemSide = z.infer<typeof sideSchema>;

export const worklistItemSchema = z.object({
  itemId: z.string(),
  own: sideSchema,
  other: sideSchema,
  score: z.number(),
  transform: z.object({ zh: z.string(), en: z.string() }).nullable(),
  checkId: z.string().nullable(),
  foundAt: z.string(),
  state: z.enum(WORKLIST_STATES),
  steps: z.array(
    z.object({
      stepId: z.string(),
      step: z.enum(['taken', 'released', 'closed']),
      by: z.string(),
      at: z.string(),
      result: z.enum(WORKLIST_RESULTS).nullable(),
      reason: z.string().nullable(),
      findingId: z.string().nullable(),
    }),
  ),
});
export type WorklistItem = z.infer<typeof worklistItemSchema>;

const listSchema = z.object({
  items: z.array(worklistItemSchema),
  counts: z.object({ open: z.int(), taken: z.int(), closed: z.int() }),
});

/** The worklist by this query, read again while the page is open: colleagues work on it too. */
export function useWorklist(query: string) {
  return useQuery({
    queryKey: ['worklist', query],
    queryFn: ({ signal }) => call(`/api/v1/worklist?${query}`, listSchema, { signal }),
    refetchInterval: EVERY_MS,
  });
}

export function useWorklistItem(itemId: string) {
  return useQuery({
    queryKey: ['worklist-item', itemId],
    queryFn: ({ signal }) =>
      call(`/api/v1/worklist/${encodeURIComponent(itemId)}`, worklistItemSchema, { signal }),
    refetchInterval: EVERY_MS,
  });
}

/** What is read again after an act on an item. */
export const WORKLIST_KEYS = ['worklist', 'worklist-item'];

/** Where an item stands, by whom it is worked on, and what came of it. */
export function itemStateText({ state, steps }: WorklistItem): string {
  const last = steps.at(-1);
  const word =
    last?.result == null
      ? i18next.t(`worklist.state.${state}`)
      : i18next.t(`worklist.results.${last.result}`);
  return state === 'open' || !last ? word : i18next.t('worklist.stateBy', { state: word, user: last.by });
}

/** What a registration is called where it has no number: by its title, else by its id. */
export function sideName({ registrationNumber, title, registrationId }: ItemSide): string {
  return registrationNumber ?? title ?? registrationId;
}
