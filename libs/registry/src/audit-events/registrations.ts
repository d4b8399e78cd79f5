import { z } from 'zod';
import { PAPERS } from '../examination/papers.js';
import { REGISTRATION_STATES } from '../registration/registration.js';
import { commitmentSchema } from './commitment.js';
import { count, none, refusedAct, sha256, standing, uuid, type EventRow } from './row.js';

const registrationNumber = z
  .string()
  .regex(/^\S{1,4}作登字-\d{4}-[A-Z]-\d{1,12}$/u)
  .nullable();
/** A decision: the state before it, and the number that the registration has after it. */
const decided = z.strictObject({ from: z.enum(REGISTRATION_STATES), registrationNumber, ...standing });
/** Against the applicant or the owner: the reason is committed to. */
const reasoned = decided.extend({ reasonCommitment: commitmentSchema });
const idsOfRows = z.array(uuid).max(64).readonly();
/** "registration-id date". */
const exemption = z.string().regex(/^[0-9a-f-]{36} \d{4}-\d{2}-\d{2}$/);
const row = z.int().positive().nullable();

/** A decision that was refused is about a registration, or about none if what was sent is no id of one. */
const refusedDecision = { subject: uuid.nullable(), details: refusedAct };

/** Registrations, from the application to the revocation, and what is done with a registry as a whole. */
export const registrationEvents = {
  'registry.imported': {
    success: {
      subject: none,
      details: importedRows().extend({ pictures: z.array(commitmentSchema).max(64).readonly(), ...standing }),
    },
    failure: { subject: none, details: importedRows() },
  },
  'registry.filed': {
    success: {
      subject: uuid,
      details: z.strictObject({
        patternId: uuid,
        category: z.string().regex(/^[A-Z]$/),
        pictureCommitment: commitmentSchema,
        /** Absent where nobody said which papers were seen. */
        papers: z.array(z.enum(PAPERS)).max(PAPERS.length).readonly().optional(),
        ...standing,
      }),
    },
    failure: { subject: none, details: refusedAct },
  },
  'registry.examined': {
    success: { subject: uuid, details: decided },
    failure: refusedDecision,
  },
  'registry.registered': {
    success: {
      subject: uuid,
      details: decided.extend({
        // Without these it is an entry all the same: that a registration has them is a rule of the log, with a class of its own.
        clearToken: sha256.optional(),
        checkId: uuid.optional(),
        ground: z.enum(['clear', 'decision']).optional(),
      }),
    },
    failure: refusedDecision,
  },
  'registry.refused': {
    success: { subject: uuid, details: reasoned },
    failure: refusedDecision,
  },
  'registry.revoked': {
    success: { subject: uuid, details: reasoned },
    failure: refusedDecision,
  },
  'registry.erased': {
    success: {
      subject: uuid,
      details: z.strictObject({ salts: count, reasons: count, owners: count, ...standing }),
    },
    failure: refusedDecision,
  },
  'id-card.issued': {
    success: {
      subject: uuid,
      details: z.strictObject({
        cardDigest: sha256,
        receipts: count,
        /** 1 if it opens what the application's entry commits to. */
        disclosed: count,
      }),
    },
    failure: refusedDecision,
  },
  'registry.refingerprinted': {
    success: {
      subject: none,
      details: z.strictObject({ patternId: uuid, modelDigest: sha256, ...standing }),
    },
  },
  'registry.self-compared': {
    success: {
      subject: none,
      details: z.strictObject({
        position: count,
        registrations: count,
        incomplete: count,
        pairs: count,
        groups: count,
        modelDigest: sha256,
        groupsDigest: sha256,
      }),
    },
  },
} satisfies Record<string, EventRow>;

/** Rows of a table that were committed together; a failure if none of them changed the registry. */
function importedRows() {
  return z.strictObject({
    firstRow: row,
    lastRow: row,
    imported: idsOfRows,
    updated: idsOfRows,
    unchanged: count,
    /** Imported as registered: exempt from clear tokens. */
    exempt: z.array(exemption).max(64).readonly().optional(),
    rejected: count,
  });
}
