import { z } from 'zod';
import { DECISION_KINDS } from '../decision/decision-kinds.js';
import { VERDICTS, instant } from '../duplicate-check/statements.js';
import { commitmentSchema } from './commitment.js';
import { epoch, none, party, refusedAct, sha256, uuid, type EventRow } from './row.js';
import { userNameSchema } from '../people/person.js';

/** Examiners' decisions on checks, and the clear tokens that let applications be registered. */
export const decisionEvents = {
  'decision.proposed': {
    success: { subject: uuid, details: decided() },
  },
  'decision.made': {
    success: { subject: uuid, details: decided() },
    failure: { subject: uuid.nullable(), details: refusedAct },
  },
  'clear-token.minted': {
    success: {
      subject: uuid,
      details: z.strictObject({
        tokenDigest: sha256,
        province: party,
        registrationId: uuid,
        questionDigest: sha256,
        epoch,
        ground: z.enum(['clear', 'decision']),
        decisionId: uuid.nullable(),
        expiresAt: instant,
      }),
    },
  },
  'clear-token.refused': {
    failure: { subject: none, details: refusedAct },
  },
} satisfies Record<string, EventRow>;

/** A decision as it stands after this entry; its reason is committed to. */
function decided() {
  return z.strictObject({
    decisionId: uuid,
    decision: z.enum(DECISION_KINDS),
    decidedBy: userNameSchema,
    registrationId: uuid.nullable(),
    supersedes: uuid.nullable(),
    verdict: z.enum(VERDICTS),
    /** Absent in entries of before it was, and where the salt was erased before the second examiner confirmed. */
    reasonCommitment: commitmentSchema.optional(),
  });
}
