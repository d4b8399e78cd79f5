import { FederationLogError, parseCanonical } from '#libs/federation-log';
import { readEntry, type EntryRecord } from '#libs/registry';

/** A log's entry as an auditor reads it. */
export type LogRecord = EntryRecord;

/**
 * Reads an entry: an RFC 8785 record of kind weft.log-entry.v1, of an event as the catalogue has it.
 * @returns a text where it is not: what is wrong with it
 */
export function readLogRecord(bytes: Uint8Array): LogRecord | string {
  try {
    return readEntry(parseCanonical(bytes));
  } catch (error) {
    if (error instanceof FederationLogError) return error.message;
    throw error;
  }
}
