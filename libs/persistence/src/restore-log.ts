import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { z } from 'zod';
import type { VerifiedCopy } from '#libs/federation-log';
import type { LogOrigin } from '#libs/registry';
import { PersistenceError } from './persistence-error.js';
import { appendEntries, type LogEntry } from './audit-log.js';

const entrySchema = z.object({ at: z.iso.datetime({ precision: 3 }) });

/**
 * Puts a copy of a log into a database where that log is empty: all or nothing, and byte for byte what the copy holds.
 * @throws PersistenceError UNSUITABLE if the log has entries already; RangeError for an entry that is none
 */
export async function restoreLog(
  dataSource: DataSource,
  origin: LogOrigin,
  copy: VerifiedCopy,
): Promise<void> {
  const { checkpoint, cosignatures } = copy;
  await dataSource.transaction(async (manager) => {
    await assertEmpty(manager, origin);
    for await (const part of copy.entries()) await appendEntries(manager, origin, part.map(asEntry));
    await manager.query(`INSERT INTO log_checkpoint (origin, size, root, note) VALUES ($1, $2, $3, $4)`, [
      origin,
      checkpoint.size,
      Buffer.from(checkpoint.root),
      checkpoint.note,
    ]);
    for (const { tile, bytes } of copy.tiles) {
      await manager.query(`INSERT INTO log_tile (origin, level, index, hashes) VALUES ($1, $2, $3, $4)`, [
        origin,
        tile.level,
        tile.index,
        Buffer.from(bytes),
      ]);
    }
    for (const [signer, line] of cosignatures) {
      await manager.query(
        `INSERT INTO log_cosignature (origin, size, signer, line) VALUES ($1, $2, $3, $4)`,
        [origin, checkpoint.size, signer, line],
      );
    }
  });
}

async function assertEmpty(manager: EntityManager, origin: LogOrigin): Promise<void> {
  const [row] = await manager.query<{ size: string }[]>(
    `SELECT size FROM audit_log_head WHERE origin = $1 FOR UPDATE`,
    [origin],
  );
  const size = Number(row?.size ?? 0);
  if (size > 0) {
    throw new PersistenceError(
      'UNSUITABLE',
      `the database has ${size} entries of the log of ${origin}`,
      'put a copy into a new database, before its node was started',
    );
  }
}

function asEntry(bytes: Uint8Array): LogEntry {
  const entry = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const { at } = entrySchema.parse(JSON.parse(entry));
  return { entry, at, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}
