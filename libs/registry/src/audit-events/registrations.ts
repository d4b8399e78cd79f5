import { z } from 'zod';
import { REGISTRATION_STATES } from '../registration/registration.js';
import { count, none, refusedAct, sha256, uuid, type EventRow } from './row.js';

const registrationNumber = z
  .string()
  .regex(/^\S{1,4}作登字-\d{4}-[A-Z]-\d{1,12}$/u)
  .nullable();
/** A decision: the state before it, and the number that the registration has after it. */
const decided = z.strictObject({ from: z.enum(REGISTRATION_STATES), registrationNumber });
const idsOfRows = z.array(uuid).max(64).readonly();
const row = z.int().positive().nullable();

/** A decision that was refused is about a registration, or about none if what was sent is no id of one. */
const refusedDecision = { subject: uuid.nullable(), details: refusedAct };

/** Registrations, from the application to the revocation, and what is done with a registry as a whole. */
export const registrationEvents = {
  'registry.imported': {
    success: { subject: none, details: importedRows() },
    failure: { subject: none, details: importedRows() },
  },
  'registry.filed': {
    success: {
      subject: uuid,
      details: z.strictObject({ patternId: uuid, category: z.string().regex(/^[A-Z]$/) }),
    },
    failure: { subject: none, details: refusedAct },
  },
  'registry.examined': {
    success: { subject: uuid, details: decided },
    failure: refusedDecision,
  },
  'registry.registered': {
    success: { subject: uuid, details: decided.extend({ clearToken: sha256.optional() }) },
    failure: refusedDecision,
  },
  'registry.refused': {
    success: { subject: uuid, details: decided },
    failure: refusedDecision,
  },
  'registry.revoked': {
    success: { subject: uuid, details: decided },
    failure: refusedDecision,
  },
  'registry.refingerprinted': {
    success: { subject: none, details: z.strictObject({ patternId: uuid, modelDigest: sha256 }) },
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
    rejected: count,
  });
}
