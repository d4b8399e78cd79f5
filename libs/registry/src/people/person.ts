import { z } from 'zod';
import { RegistryError } from '../errors.js';

/** What a person of a province node may be. */
export const ROLES = ['examiner', 'auditor', 'operator'] as const;

export type Role = (typeof ROLES)[number];

/** A user name: 2 to 32 lower-case letters, digits, dots, dashes or underscores, a letter first. */
export const userNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{1,31}$/, 'is not 2 to 32 of a-z, 0-9, dot, dash, underscore with a letter first');

/** Shortest password that a person may have, in characters. */
const MIN_PASSWORD_CHARACTERS = 12;
/** Longest password that is hashed, in characters: a bound on the work of one attempt. */
export const MAX_PASSWORD_CHARACTERS = 256;

/** A person who may use a province node. */
export interface Person {
  readonly user: string;
  /** At least one. */
  readonly roles: readonly Role[];
  /** As the password hasher wrote it; never shown or logged. */
  readonly passwordHash: string;
}

/** A person as a session names them. */
export type SignedIn = Pick<Person, 'user' | 'roles'>;

const newPersonSchema = z.object({
  user: userNameSchema,
  password: z
    .string()
    .min(MIN_PASSWORD_CHARACTERS, `is shorter than ${MIN_PASSWORD_CHARACTERS} characters`)
    .max(MAX_PASSWORD_CHARACTERS, `is longer than ${MAX_PASSWORD_CHARACTERS} characters`),
  roles: z.array(z.enum(ROLES, `is not one of ${ROLES.join(', ')}`)).min(1, 'names no role'),
});

/** What is said of a new person. */
export type NewPerson = z.infer<typeof newPersonSchema>;

/**
 * Checks what is said of a new person.
 * @throws RegistryError INVALID_INPUT that names the field and never holds the password
 */
export function parseNewPerson(input: unknown): NewPerson {
  const parsed = newPersonSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RegistryError(
    'INVALID_INPUT',
    String(issue?.path[0] ?? 'person'),
    issue?.message ?? 'has not its form',
    'correct it and add the person again',
  );
}
