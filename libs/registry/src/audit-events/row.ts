import { z } from 'zod';
import type { RegistryErrorCode } from '../errors.js';

/** Subject and details of an event that came to one of its two outcomes. */
export interface EventForm {
  readonly subject: z.ZodType<string | null>;
  readonly details: z.ZodObject;
}

/** One row of the catalogue: an event, for success and for failure; an outcome without a form is never recorded. */
export interface EventRow {
  readonly success?: EventForm;
  readonly failure?: EventForm;
}

/** Digests are of statements, models, directories and files of ours; that of a picture is never written plainly. */
export const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);
export const uuid = z.uuid();
export const count = z.int().nonnegative();
export const epoch = z.int().positive();
export const none = z.null();
/** Province id, or "coordinator". */
export const party = z.string().regex(/^[a-z]{2,20}$/);
/** Origin of a log: "weft/zhejiang". */
export const logOrigin = z.string().regex(/^[a-z0-9/-]{1,64}$/);
/** A code in capitals, of a closed set that the program has; never what somebody sent. */
export const code = z.string().regex(/^[A-Z_]{2,40}$/);

const ERROR_CODES = [
  'INVALID_INPUT',
  'UNFIT_PICTURE',
  'NOT_FOUND',
  'CONFLICT',
  'WRONG_STATE',
  'FORBIDDEN',
  'NO_CLEAR_TOKEN',
  'UNAUTHENTICATED',
  'TOO_MANY',
  'FEDERATION_UNAVAILABLE',
  'INDEX_UNAVAILABLE',
  'INDEX_TIMEOUT',
] as const satisfies readonly RegistryErrorCode[];

/** An act that was refused: why, and the field that it was about; never the field's value. */
export const refusedAct = z.strictObject({
  code: z.enum(ERROR_CODES),
  field: z.string().regex(/^[a-zA-Z]{1,40}$/),
});

/** Where a change left the registry: the number of the change, and how many registrations are searchable after it. */
export const standing = { position: count, searchable: count };

export type RefusedAct = Readonly<z.infer<typeof refusedAct>>;
