import { z } from 'zod';
import { WORKLIST_RESULTS } from '../worklist/worklist-item.js';
import { commitmentSchema } from './commitment.js';
import { count, none, party, refusedAct, uuid, type EventRow } from './row.js';

const refused = { subject: uuid.nullable(), details: refusedAct };
/** The two registrations of an item: one of this province, and one of it or another. */
const worked = z.strictObject({
  stepId: uuid,
  registrationId: uuid,
  province: party,
  otherRegistrationId: uuid,
});

/** The worklist of duplicates that comparisons of whole registries found: how it was filled, and every step of the work on it. */
export const worklistEvents = {
  'worklist.filled': {
    success: {
      subject: none,
      details: z.strictObject({
        comparedWith: z.enum(['registry', 'federation']),
        found: count,
        added: count,
      }),
    },
  },
  'worklist.taken': { success: { subject: uuid, details: worked }, failure: refused },
  'worklist.released': { success: { subject: uuid, details: worked }, failure: refused },
  'worklist.closed': {
    success: {
      subject: uuid,
      details: worked.extend({
        result: z.enum(WORKLIST_RESULTS),
        findingId: uuid.nullable(),
        reasonCommitment: commitmentSchema,
      }),
    },
    failure: refused,
  },
} satisfies Record<string, EventRow>;
