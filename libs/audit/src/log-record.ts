import { FederationLogError, parseCanonical } from '#libs/federation-log';
import { z } from 'zod';

const recordSchema = z.object({
  kind: z.literal('weft.log-entry.v1'),
  /** A province's id, or "coordinator". */
  origin: z.string(),
  type: z.string(),
  outcome: z.enum(['success', 'failure']),
  actor: z.object({ kind: z.string(), name: z.string() }),
  at: z.string(),
  subject: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});

/** A log's entry as an auditor reads it. */
export type LogRecord = z.infer<typeof recordSchema>;

/**
 * Reads an entry: an RFC 8785 record of kind weft.log-entry.v1.
 * @returns a text where it is not: what is wrong with it
 */
export function readLogRecord(bytes: Uint8Array): LogRecord | string {
  try {
    const parsed = recordSchema.safeParse(parseCanonical(bytes));
    return parsed.success
      ? parsed.data
      : `is not a log record: ${parsed.error.issues[0]?.path.join('.') ?? ''}`;
  } catch (error) {
    if (error instanceof FederationLogError) return error.message;
    throw error;
  }
}
