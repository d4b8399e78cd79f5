import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { canonicalJson } from '#libs/federation-log';
import { type AuditEvent, type AuditLog, entryOf, type LogOrigin, readEntry } from '#libs/registry';
import { GroupedAppends } from './grouped-appends.js';

/** A bundle of C2SP tlog-tiles writes an entry's length in 16 bits. */
const MAX_ENTRY_BYTES = 65_535;
const MAX_PAGE = 1_000;

type Connection = DataSource | EntityManager;

/** An entry before it has its place in the log. */
export interface LogEntry {
  /** RFC 8785 form of {kind: "weft.log-entry.v1", origin, type, outcome, actor, at, subject, details}. */
  readonly entry: string;
  /** "sha256:" and 64 hex digits over its UTF-8 bytes. */
  readonly digest: string;
  /** The event's time. */
  readonly at: string;
}

/** An entry as the log holds it. */
export interface PlacedLogEntry extends LogEntry {
  /** From 0, without a gap, in commit order. */
  readonly index: number;
}

/**
 * The log of `origin`, for what happens outside of a registry's transactions; inside of one, use the writer's log.
 * Appends that come at the same time are committed together; each is durable when it returns.
 */
export function createAuditLog(dataSource: DataSource, origin: LogOrigin): AuditLog {
  const appends = new GroupedAppends<LogEntry>((entries) => appendEntries(dataSource, origin, entries));
  return { append: async (event) => appends.append(logEntry(origin, event)) };
}

/** At most `limit` (1 to 1,000) entries from index `from` on. @throws RangeError */
export async function readAuditLog(
  dataSource: DataSource,
  origin: LogOrigin,
  from: number,
  limit: number,
): Promise<PlacedLogEntry[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new RangeError(`limit: ${limit} is not one of 1 to ${MAX_PAGE}`);
  }
  const rows = await dataSource.query<{ index: string; entry: string; digest: string; created_at: Date }[]>(
    `SELECT index, entry, digest, created_at FROM audit_log WHERE origin = $1 AND index >= $2 ORDER BY index LIMIT $3`,
    [origin, from, limit],
  );
  return rows.map(({ index, entry, digest, created_at }) => ({
    index: Number(index),
    entry,
    digest,
    at: created_at.toISOString(),
  }));
}

/**
 * The event as an entry.
 * @throws RangeError for an event that is not in the catalogue as it is, or an entry over 65,535 bytes;
 *   FederationLogError NO_CANONICAL_FORM
 */
export function logEntry(origin: LogOrigin, event: AuditEvent): LogEntry {
  // One group is one statement: what the database would refuse must not take others' entries with it.
  const record = readEntry(entryOf(origin, event));
  const { type, at } = event;
  if (typeof record === 'string') {
    throw new RangeError(`a log entry of type ${type} is not as the catalogue has it: ${record}`);
  }
  const entry = canonicalJson(record);
  if (Buffer.byteLength(entry) > MAX_ENTRY_BYTES) {
    throw new RangeError(`a log entry of type ${type} is over ${MAX_ENTRY_BYTES} bytes`);
  }
  return { entry, digest: `sha256:${createHash('sha256').update(entry).digest('hex')}`, at };
}

/** Gives the entries their places, in order; the log's head row is held until the transaction ends. */
export async function appendEntries(
  connection: Connection,
  origin: LogOrigin,
  entries: readonly LogEntry[],
): Promise<void> {
  if (entries.length === 0) {
    return;
  }
  await connection.query(
    `WITH head AS (
       INSERT INTO audit_log_head AS head (origin, size) VALUES ($1, $2)
       ON CONFLICT (origin) DO UPDATE SET size = head.size + EXCLUDED.size RETURNING size
     )
     INSERT INTO audit_log (origin, index, entry, digest, created_at)
     SELECT $1, head.size - $2 + added.place - 1, added.entry, added.digest, added.at
     FROM head, unnest($3::text[], $4::text[], $5::timestamptz[])
       WITH ORDINALITY AS added (entry, digest, at, place)`,
    [
      origin,
      entries.length,
      entries.map(({ entry }) => entry),
      entries.map(({ digest }) => digest),
      entries.map(({ at }) => at),
    ],
  );
}
