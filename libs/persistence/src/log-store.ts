import { createHash } from 'node:crypto';
import { type DataSource, QueryFailedError } from 'typeorm';
import {
  FederationLogError,
  type HashTileId,
  type LogStore,
  type StoredCheckpoint,
  type StoredTile,
  tilePath,
} from '#libs/federation-log';
import type { LogOrigin } from '#libs/registry';
import { systemCode } from './persistence-error.js';

const MAX_PAGE = 4_096;
const HASH_BYTES = 32;
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** The log of one party in PostgreSQL: the entries of `audit_log`, and beside them tiles, checkpoints and cosignatures. */
export class PostgresLogStore implements LogStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
  ) {}

  async newest(): Promise<StoredCheckpoint | null> {
    const [row] = await this.dataSource.query<{ size: string; root: Buffer; note: string }[]>(
      `SELECT size, root, note FROM log_checkpoint WHERE origin = $1 ORDER BY size DESC LIMIT 1`,
      [this.origin],
    );
    return row ? { ...row, size: Number(row.size) } : null;
  }

  async committed(): Promise<number> {
    const [row] = await this.dataSource.query<{ size: string }[]>(
      `SELECT size FROM audit_log_head WHERE origin = $1`,
      [this.origin],
    );
    return Number(row?.size ?? 0);
  }

  async entries(from: number, limit: number): Promise<Buffer[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
      throw new RangeError(`limit: ${limit} is not one of 1 to ${MAX_PAGE}`);
    }
    // Before the entries, so that whatever it counts is among them.
    const committed = await this.committed();
    const rows = await this.dataSource.query<{ index: string; entry: string; digest: string }[]>(
      `SELECT index, entry, digest FROM audit_log WHERE origin = $1 AND index >= $2 AND index < $3 ORDER BY index`,
      [this.origin, from, from + limit],
    );
    if (rows.length < Math.min(limit, committed - from)) {
      throw damaged(`entry ${firstGap(from, rows)} of ${committed} is missing`);
    }
    return rows.map(({ index, entry, digest }, place) => {
      const bytes = Buffer.from(entry);
      if (Number(index) !== from + place) throw damaged(`entry ${from + place} is missing`);
      if (digest !== `sha256:${createHash('sha256').update(bytes).digest('hex')}`) {
        throw damaged(`entry ${index} does not fit its digest`);
      }
      return bytes;
    });
  }

  async tile(tile: HashTileId): Promise<Buffer> {
    const wanted = tile.width * HASH_BYTES;
    const [row] = await this.dataSource.query<{ hashes: Buffer }[]>(
      `SELECT substring(hashes FOR $4) AS hashes FROM log_tile WHERE origin = $1 AND level = $2 AND index = $3`,
      [this.origin, tile.level, tile.index, wanted],
    );
    if (row?.hashes.length !== wanted) throw damaged(`${tilePath(tile)} is missing`);
    return row.hashes;
  }

  async advance(
    previous: StoredCheckpoint | null,
    next: StoredCheckpoint,
    tiles: readonly StoredTile[],
  ): Promise<boolean> {
    try {
      // One statement: the tiles are joined to the checkpoint, so that they are written only after it was let in.
      await this.dataSource.query(
        `WITH head AS (
           INSERT INTO log_checkpoint (origin, size, root, note, previous_size, previous_root)
           VALUES ($1, $2, $3, $4, $5, $6) RETURNING origin
         )
         INSERT INTO log_tile (origin, level, index, hashes)
         SELECT head.origin, grown.level, grown.index, grown.hashes
         FROM head, unnest($7::smallint[], $8::bigint[], $9::bytea[]) AS grown (level, index, hashes)
         ON CONFLICT (origin, level, index) DO UPDATE SET hashes = EXCLUDED.hashes`,
        [
          this.origin,
          next.size,
          Buffer.from(next.root),
          next.note,
          previous?.size ?? null,
          previous ? Buffer.from(previous.root) : null,
          tiles.map(({ tile }) => tile.level),
          tiles.map(({ tile }) => tile.index),
          tiles.map(({ bytes }) => Buffer.from(bytes)),
        ],
      );
      return true;
    } catch (error) {
      if (isOvertaken(error)) return false;
      throw error;
    }
  }

  async cosign(size: number, signer: string, line: string): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO log_cosignature (origin, size, signer, line) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [this.origin, size, signer, line],
    );
  }

  async cosignatures(size: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ line: string }[]>(
      `SELECT line FROM log_cosignature WHERE origin = $1 AND size = $2 ORDER BY signer`,
      [this.origin, size],
    );
    return rows.map(({ line }) => line);
  }
}

/** The checkpoint that a new one would follow is not there, or is followed already. */
function isOvertaken(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const code = systemCode(error.driverError);
  return code === UNIQUE_VIOLATION || code === FOREIGN_KEY_VIOLATION;
}

function firstGap(from: number, rows: readonly { readonly index: string }[]): number {
  const at = rows.findIndex(({ index }, place) => Number(index) !== from + place);
  return from + (at < 0 ? rows.length : at);
}

function damaged(why: string): FederationLogError {
  return new FederationLogError('DAMAGED', `log: ${why}.`);
}
