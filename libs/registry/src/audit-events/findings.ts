import { z } from 'zod';
import { FINDING_STEPS } from '../findings/finding-statements.js';
import { party, refusedAct, sha256, uuid, type EventRow } from './row.js';

/**
 * Findings between provinces: both logs hold every step, the one that signs it and the one that is told; that the other has it is in
 * the signer's log too.
 */
export const findingEvents = {
  'finding.signed': {
    success: { subject: uuid, details: step() },
    failure: { subject: uuid.nullable(), details: refusedAct },
  },
  'finding.received': {
    success: { subject: uuid, details: step() },
    failure: { subject: uuid.nullable(), details: refusedAct },
  },
  'finding.delivered': {
    success: { subject: uuid, details: step() },
    failure: { subject: uuid.nullable(), details: refusedAct },
  },
} satisfies Record<string, EventRow>;

function step() {
  return z.strictObject({
    step: z.enum(FINDING_STEPS),
    from: party,
    to: party,
    /** SHA-256 of the statement as it was signed. */
    statementDigest: sha256,
    /** Of the evidence bundle, with the sending; null with every other step. */
    evidenceDigest: sha256.nullable(),
  });
}
