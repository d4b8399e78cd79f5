import { z } from 'zod';
import { checkFactsSchema, type ShownPictures } from './check-facts.js';

const failure = z.object({ code: z.string(), field: z.string(), problem: z.string(), remedy: z.string() });

/** All that the report of a batch says: weft.batch-report.v1. */
export const batchFactsSchema = z.object({
  kind: z.literal('weft.batch-report.v1'),
  batchId: z.uuid(),
  province: z.string(),
  openedAt: z.string(),
  askedBy: z.string(),
  /** A report of a batch that runs says what there is. */
  state: z.enum(['running', 'finished']),
  count: z.int().positive(),
  /** Pictures by what their check says; `unread` had none, `waiting` have none yet. */
  tally: z.object({
    DUPLICATE: z.int(),
    SUSPECTED: z.int(),
    CLEAR: z.int(),
    INCOMPLETE: z.int(),
    unread: z.int(),
    waiting: z.int(),
  }),
  items: z
    .array(
      z.object({
        place: z.int().positive(),
        name: z.string(),
        check: checkFactsSchema.nullable(),
        error: failure.nullable(),
      }),
    )
    .max(1_000),
});

/** All that the report of a batch says. */
export type BatchFacts = z.infer<typeof batchFactsSchema>;

/** The pictures of a batch's checks, by check id. */
export type BatchPictures = ReadonlyMap<string, ShownPictures>;

/** Counts what the items came to. */
export function tallyOf(count: number, items: BatchFacts['items']): BatchFacts['tally'] {
  const tally = { DUPLICATE: 0, SUSPECTED: 0, CLEAR: 0, INCOMPLETE: 0, unread: 0, waiting: 0 };
  for (const { check, error } of items) {
    if (check) tally[check.verdict] += 1;
    else if (error) tally.unread += 1;
  }
  const { DUPLICATE, SUSPECTED, CLEAR, INCOMPLETE, unread } = tally;
  return { ...tally, waiting: count - DUPLICATE - SUSPECTED - CLEAR - INCOMPLETE - unread };
}
