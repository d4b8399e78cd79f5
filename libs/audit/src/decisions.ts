import { DECISION_KINDS } from '#libs/registry';
import { z } from 'zod';
import type { ProvenEntry } from './check-receipts.js';

const detailsSchema = z.looseObject({ decisionId: z.uuid(), decision: z.enum(DECISION_KINDS) });

/** An examiner's decision as the log of its province holds it. */
export interface ProvenDecision extends ProvenEntry, z.infer<typeof detailsSchema> {}

/** The decisions in force among entries, in the order of their log; what is not of its form is left out. */
export function decisionsIn(entries: readonly ProvenEntry[]): ProvenDecision[] {
  return entries
    .filter(({ record }) => record.type === 'decision.made' && record.outcome === 'success')
    .sort((one, other) => one.index - other.index)
    .flatMap((entry) => {
      const details = detailsSchema.safeParse(entry.record.details);
      return details.success ? [{ ...entry, ...details.data }] : [];
    });
}
