import { z } from 'zod';
import { RegistryError } from '../errors.js';
import { isRealDate } from './civil-date.js';
import type { WorkMetadata } from './registration.js';

const MAX_TEXT = 200;

const REMEDIES: Readonly<Record<string, string>> = {
  title: `give the work's title in 1 to ${MAX_TEXT} characters`,
  category: 'give the letter of the national list, F for a work of fine art',
  owner: `give the copyright owner in 1 to ${MAX_TEXT} characters`,
  completedOn:
    'give the day like 2021-03-05, not after today and not after the first publication, or leave it out',
  firstPublishedOn: 'give the day like 2021-03-05, not after today, or leave it out',
  centre: `give the centre's name in at most ${MAX_TEXT} characters, or leave it out`,
};

const line = (min: number) =>
  z
    .string('is not text')
    .max(10 * MAX_TEXT, { error: `is longer than ${MAX_TEXT} characters`, abort: true })
    .transform((text) => text.replace(/\s+/gu, ' ').trim())
    .refine((text) => [...text].length >= min, 'is empty')
    .refine((text) => [...text].length <= MAX_TEXT, `is longer than ${MAX_TEXT} characters`)
    .refine((text) => !/[\p{Cc}\p{Cs}\ufffd]/u.test(text), 'has characters that are not text');

const day = (today: string) =>
  z
    .string('is not a date')
    .refine(isRealDate, { error: 'is not a date that exists', abort: true })
    .refine((date) => date <= today, 'is in the future')
    .nullish()
    .transform((date) => date ?? null);

function metadataSchema(today: string) {
  return z
    .object(
      {
        title: line(1),
        category: z.string('is not text').regex(/^[A-Z]$/u, 'is not one letter of A to Z'),
        owner: line(1),
        completedOn: day(today),
        firstPublishedOn: day(today),
        centre: line(0).default(''),
      },
      'is not an object',
    )
    .refine(
      ({ completedOn, firstPublishedOn }) =>
        completedOn === null || firstPublishedOn === null || completedOn <= firstPublishedOn,
      { path: ['completedOn'], error: 'is after the first publication' },
    );
}

/**
 * Reads a work's metadata from whatever came in; white space in a text becomes single spaces.
 * @param today ISO 8601 date; later days are refused
 * @returns the metadata, or every problem found: RegistryErrors INVALID_INPUT, field as in WorkMetadata ("metadata" if it is no object)
 */
export function readWorkMetadata(
  input: unknown,
  today: string,
): { readonly metadata: WorkMetadata } | { readonly problems: readonly RegistryError[] } {
  const read = metadataSchema(today).safeParse(input);
  if (read.success) return { metadata: read.data };
  return {
    problems: read.error.issues.map((issue) => {
      const field = String(issue.path[0] ?? 'metadata');
      return new RegistryError(
        'INVALID_INPUT',
        field,
        issue.message,
        REMEDIES[field] ?? 'send the metadata of a work',
      );
    }),
  };
}

/**
 * As readWorkMetadata.
 * @throws RegistryError INVALID_INPUT, the first problem
 */
export function parseWorkMetadata(input: unknown, today: string): WorkMetadata {
  const read = readWorkMetadata(input, today);
  if ('metadata' in read) return read.metadata;
  throw (
    read.problems[0] ??
    new RegistryError('INVALID_INPUT', 'metadata', 'is unreadable', 'send the metadata of a work')
  );
}
