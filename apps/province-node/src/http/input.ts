import { RegistryError } from '#libs/registry';
import { z } from 'zod';

/**
 * Parses what a request brought.
 * @throws RegistryError INVALID_INPUT that names the first wrong field
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input ?? {}, {
    error: ({ code, input: value }) =>
      code === 'invalid_type' ? (value === undefined ? 'is missing' : 'is of the wrong kind') : undefined,
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    throw new RegistryError('INVALID_INPUT', issue.keys[0] ?? 'body', 'is not known here', 'leave it out');
  }
  throw new RegistryError(
    'INVALID_INPUT',
    issue?.path.join('.') || 'body',
    issue?.message ?? 'has not its form',
    'correct it and send it again',
  );
}

/** A whole number in a query or a form. */
export function numberField(least: number, most: number) {
  const range = `is not a whole number from ${least} to ${most}`;
  return z
    .string(range)
    .regex(/^\d{1,9}$/, range)
    .transform(Number)
    .pipe(z.int(range).min(least, range).max(most, range));
}

/** An id in a path. */
export const idField = z.uuid('is not a UUID');
