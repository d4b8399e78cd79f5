import { z } from 'zod';
import { OUTCOMES, VERDICTS } from '../duplicate-check/statements.js';
import { commitmentSchema } from './commitment.js';
import { count, epoch, none, party, refusedAct, sha256, uuid, type EventRow } from './row.js';

/** "shandong ANSWERED sha256:…", a dash where no answer is believed. */
const coverageLine = z
  .string()
  .regex(new RegExp(`^[a-z]{2,20} (${OUTCOMES.join('|')}) (-|sha256:[0-9a-f]{64})$`));

/** A duplicate check, from the question to the verdict, and a comparison of two pictures. */
export const checkEvents = {
  'check.asked': {
    success: {
      subject: uuid,
      details: z.strictObject({
        questionDigest: sha256,
        modelDigest: sha256,
        epoch,
        pictureCommitment: commitmentSchema,
        /** The incomplete check that is asked again. */
        repeats: uuid.nullable().optional(),
      }),
    },
    failure: { subject: none, details: refusedAct },
  },
  'member.asked': {
    success: {
      subject: uuid,
      details: z.strictObject({ questionDigest: sha256, members: z.array(party).max(64).readonly() }),
    },
  },
  'member.answered': {
    success: {
      subject: uuid,
      details: z.strictObject({
        questionDigest: sha256,
        answerDigest: sha256,
        searched: count,
        declared: count,
        /** Entry of this log that says how many were to be compared; null while none does. */
        declaredAt: count.nullable(),
        /** Entries of the newest checkpoint that was cosigned then; 0 while none was. */
        cosigned: count,
        verified: count,
        complete: z.boolean(),
      }),
    },
  },
  'check.judged': { success: verdict(), failure: verdict() },
  'evidence.assembled': {
    success: {
      subject: uuid,
      details: z.strictObject({ evidenceDigest: sha256, receipts: count, disclosed: count }),
    },
    failure: { subject: uuid, details: refusedAct },
  },
  'pictures.compared': {
    success: {
      subject: none,
      details: z.strictObject({
        queryRegistration: uuid.nullable(),
        candidateRegistration: uuid.nullable(),
        score: z.number().min(0).max(1),
        verdict: z.enum(VERDICTS),
      }),
    },
    failure: { subject: none, details: refusedAct },
  },
} satisfies Record<string, EventRow>;

/** The coordinator's verdict, or an asker's, which is a failure where the coordinator does not say the same. */
function verdict() {
  return {
    subject: uuid,
    details: z.strictObject({
      verdict: z.enum(VERDICTS),
      complete: z.boolean(),
      coordinator: z.enum(['AGREES', 'CONTRADICTS', 'BAD_SIGNATURE', 'UNREACHABLE']).optional(),
      resultDigest: sha256.nullable(),
      /** In an asker's log: the check whose place this one takes. */
      supersedes: uuid.nullable().optional(),
      coverage: z.array(coverageLine).max(64).readonly(),
    }),
  };
}
