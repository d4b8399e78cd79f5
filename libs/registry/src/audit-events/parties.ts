import { z } from 'zod';
import { ROLES, userNameSchema } from '../people/person.js';
import { HARVEST_RULES } from '../duplicate-check/asker-watch.js';
import { REFUSAL_REASONS } from '../duplicate-check/refusal-reasons.js';
import { RECEIPT_ABOUT, RECEIPT_STATES } from '../check-records/receipt-states.js';
import { code, count, epoch, logOrigin, none, party, sha256, uuid, type EventRow } from './row.js';

/** "statement <thumbprint>", and "revoked" after it if it is; "other" is a key of a kind or use that this program does not know. */
const keyInForce = z.string().regex(/^(statement|log|witness|other) [A-Za-z0-9_.:-]{1,128}( revoked)?$/);
const roles = z.array(z.enum(ROLES)).max(ROLES.length).readonly();

/** Who may work here and who tried to, and what a program or another party was found to do. */
export const partyEvents = {
  'person.added': {
    success: { subject: userNameSchema, details: z.strictObject({ roles }) },
  },
  'person.logged-in': {
    success: { subject: none, details: z.strictObject({}) },
    failure: { subject: none, details: z.strictObject({}) },
  },
  'call.refused': {
    failure: {
      subject: none,
      details: z.strictObject({
        /** Of gRPC: the method, or what was asked by it. */
        rpc: z
          .string()
          .regex(/^[A-Za-z0-9./]{1,200}$/)
          .optional(),
        /** Of HTTP: method and route as the API describes it, without what was put into it. */
        route: z
          .string()
          .regex(/^[A-Z]{1,7} \/[a-z0-9:*/._-]{0,200}$/i)
          .optional(),
        /** REVOKED is the caller's certificate; NO_REVOCATION_LIST says that there is none here that counts. */
        reason: z.enum([...REFUSAL_REASONS, 'REVOKED', 'NO_REVOCATION_LIST']),
        questionDigest: sha256.optional(),
        /** Of the machine that called. */
        address: z
          .string()
          .regex(/^[0-9a-z.:%[\]/_-]{1,128}$/i)
          .optional(),
        roles: roles.optional(),
      }),
    },
  },
  'harvest.suspected': {
    failure: {
      subject: none,
      details: z.strictObject({
        rule: z.enum(HARVEST_RULES),
        /** Of the last hour. */
        questions: count,
        /** Those of them that were for an application. */
        applications: count,
        /** Those of them that were a step from an earlier one. */
        steps: count,
      }),
    },
  },
  'directory.loaded': {
    success: {
      subject: none,
      details: z.strictObject({ epoch, digest: sha256, members: z.array(party).max(64).readonly() }),
    },
  },
  'directory.changed': {
    success: {
      subject: none,
      details: z.strictObject({
        epoch,
        digest: sha256,
        members: z.array(party).max(64).readonly(),
        beforeEpoch: epoch.nullable(),
        beforeDigest: sha256.nullable(),
      }),
    },
  },
  'key.changed': {
    success: {
      subject: party,
      details: z.strictObject({ epoch, keys: z.array(keyInForce).max(64).readonly() }),
    },
  },
  'model.changed': {
    success: {
      subject: none,
      details: z.strictObject({
        epoch,
        modelDigest: sha256,
        nextModelDigest: sha256.nullable(),
        served: z.array(sha256).max(4).readonly(),
      }),
    },
  },
  'node.started': {
    success: {
      subject: none,
      details: z.strictObject({ epoch, served: z.array(sha256).max(4).readonly() }),
    },
  },
  'log.forked': {
    failure: { subject: logOrigin, details: z.strictObject({ reason: code }) },
  },
  'receipt.refused': {
    failure: {
      subject: uuid,
      details: z.strictObject({
        log: logOrigin,
        about: z.enum(RECEIPT_ABOUT),
        state: z.enum(RECEIPT_STATES),
      }),
    },
  },
} satisfies Record<string, EventRow>;
