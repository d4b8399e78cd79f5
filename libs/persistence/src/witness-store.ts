import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import {
  canonicalJson,
  type Equivocation,
  type KeptEquivocation,
  type WitnessedHead,
  type WitnessedLog,
  type WitnessStore,
} from '#libs/federation-log';

const MOST_KEPT = 1_000;
const MAX_PAGE = 100;

const equivocationSchema = z.object({
  kind: z.literal('weft.equivocation.v1'),
  origin: z.string(),
  reason: z.enum(['TWO_ROOTS', 'NO_PROOF']),
  cosigned: z.string(),
  refused: z.string(),
  proof: z.array(z.string()),
});

/** What a witness remembers, in PostgreSQL: one row for each log, and the proofs against logs. */
export class PostgresWitnessStore implements WitnessStore {
  constructor(private readonly dataSource: DataSource) {}

  async head(origin: string): Promise<WitnessedHead | null> {
    const [row] = await this.dataSource.query<{ size: string; root: Buffer; note: string }[]>(
      `SELECT size, root, note FROM witnessed_log WHERE origin = $1`,
      [origin],
    );
    return row ? { ...row, size: Number(row.size) } : null;
  }

  async replace(
    origin: string,
    previous: WitnessedHead | null,
    next: WitnessedHead,
    at: string,
  ): Promise<boolean> {
    const values = [origin, next.size, Buffer.from(next.root), next.note, at];
    const rows =
      previous === null
        ? await this.dataSource.query<unknown[]>(
            `INSERT INTO witnessed_log (origin, size, root, note, cosigned_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING RETURNING origin`,
            values,
          )
        : await this.dataSource.query<unknown[]>(
            `WITH moved AS (
               UPDATE witnessed_log SET size = $2, root = $3, note = $4, cosigned_at = $5
               WHERE origin = $1 AND size = $6 AND root = $7 RETURNING origin
             ) SELECT origin FROM moved`,
            [...values, previous.size, Buffer.from(previous.root)],
          );
    return rows.length === 1;
  }

  async keep(equivocation: Equivocation, seenAt: string): Promise<boolean> {
    const { origin, reason } = equivocation;
    const proof = canonicalJson(equivocation);
    const digest = `sha256:${createHash('sha256').update(proof).digest('hex')}`;
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO log_equivocation (origin, digest, reason, proof, seen_at)
       SELECT $1, $2, $3, $4::jsonb, $5
       WHERE (SELECT count(*) FROM log_equivocation WHERE origin = $1) < $6
       ON CONFLICT DO NOTHING RETURNING origin`,
      [origin, digest, reason, proof, seenAt, MOST_KEPT],
    );
    return rows.length === 1;
  }

  async logs(): Promise<WitnessedLog[]> {
    const rows = await this.dataSource.query<{ origin: string; size: string; cosigned_at: Date }[]>(
      `SELECT origin, size, cosigned_at FROM witnessed_log ORDER BY origin`,
    );
    return rows.map(({ origin, size, cosigned_at }) => ({
      origin,
      size: Number(size),
      cosignedAt: cosigned_at.toISOString(),
    }));
  }

  async equivocations(limit: number): Promise<KeptEquivocation[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
      throw new RangeError(`limit: ${limit} is not one of 1 to ${MAX_PAGE}`);
    }
    const rows = await this.dataSource.query<{ proof: unknown; seen_at: Date }[]>(
      `SELECT proof, seen_at FROM log_equivocation ORDER BY seen_at DESC, digest LIMIT $1`,
      [limit],
    );
    return rows.map(({ proof, seen_at }) => ({
      equivocation: equivocationSchema.parse(proof),
      seenAt: seen_at.toISOString(),
    }));
  }
}
