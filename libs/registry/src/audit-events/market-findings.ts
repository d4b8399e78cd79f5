import { z } from 'zod';
import { AUTHORITIES, MARKET_RESULTS } from '../market-findings/market-finding.js';
import { commitmentSchema } from './commitment.js';
import { party, refusedAct, sha256, uuid, type EventRow } from './row.js';

const day = z.iso.date();
/** An act that was refused, of the finding that it is about; null where it was to be opened. */
const refused = { subject: uuid.nullable(), details: refusedAct };

/** Infringements found in the market: every step is in the log; what it says in words is committed to. */
export const marketFindingEvents = {
  'market-finding.opened': {
    success: {
      subject: uuid,
      details: z.strictObject({
        checkId: uuid,
        registrationId: uuid,
        province: party,
        foundOn: day,
        reasonCommitment: commitmentSchema,
      }),
    },
    failure: refused,
  },
  'market-finding.handed-on': {
    success: {
      subject: uuid,
      details: z.strictObject({
        stepId: uuid,
        authority: z.enum(AUTHORITIES),
        handedOn: day,
        evidenceDigest: sha256,
        reasonCommitment: commitmentSchema,
      }),
    },
    failure: refused,
  },
  'market-finding.concluded': {
    success: {
      subject: uuid,
      details: z.strictObject({
        stepId: uuid,
        /** The handing on that it answers. */
        answers: uuid,
        authority: z.enum(AUTHORITIES),
        result: z.enum(MARKET_RESULTS),
        decidedOn: day,
        reasonCommitment: commitmentSchema,
      }),
    },
    failure: refused,
  },
} satisfies Record<string, EventRow>;
