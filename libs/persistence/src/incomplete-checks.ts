import type { DataSource, EntityManager } from 'typeorm';
import type { Check, FingerprintedPicture, IncompleteCheck, IncompleteChecks } from '#libs/registry';
import { z } from 'zod';

const pictureSchema = z.object({
  pictureDigest: z.string(),
  mediaType: z.string(),
  width: z.int(),
  height: z.int(),
});

interface IncompleteRow {
  readonly check_id: string;
  readonly asked_by: string;
  readonly picture: unknown;
  readonly model_digest: string;
  readonly fingerprint: Buffer;
  readonly attempts: number;
  readonly since: Date;
}

/** The incomplete checks of a node in its PostgreSQL database. */
export class PostgresIncompleteChecks implements IncompleteChecks {
  constructor(private readonly dataSource: DataSource) {}

  async due(limit: number, now: Date): Promise<IncompleteCheck[]> {
    const rows = await this.dataSource.query<IncompleteRow[]>(
      `SELECT check_id, asked_by, picture, model_digest, fingerprint, attempts, since
       FROM incomplete_check JOIN duplicate_check USING (check_id)
       WHERE next_at <= $2 ORDER BY since, check_id LIMIT $1`,
      [limit, now],
    );
    return rows.map(({ check_id, asked_by, picture, model_digest, fingerprint, attempts, since }) => ({
      checkId: check_id,
      askedBy: asked_by,
      fingerprinted: {
        pattern: pictureSchema.parse(picture),
        fingerprint: { modelDigest: model_digest, bytes: fingerprint },
      },
      attempts,
      since: since.toISOString(),
    }));
  }

  async postpone(checkId: string, nextAt: Date | null): Promise<void> {
    await (nextAt === null
      ? this.dataSource.query('DELETE FROM incomplete_check WHERE check_id = $1', [checkId])
      : this.dataSource.query(
          'UPDATE incomplete_check SET attempts = attempts + 1, next_at = $2 WHERE check_id = $1',
          [checkId, nextAt],
        ));
  }
}

/** Lets an incomplete check wait, and what it supersedes wait no longer; to be called in the transaction that keeps it. */
export async function keepIncomplete(
  connection: DataSource | EntityManager,
  { checkId, supersedes, complete, finishedAt, askedAt }: Check,
  { pattern, fingerprint }: FingerprintedPicture,
): Promise<void> {
  let since: Date | string = askedAt;
  if (supersedes !== null) {
    const [removed] = await connection.query<[{ since: Date }[], number]>(
      'DELETE FROM incomplete_check WHERE check_id = $1 RETURNING since',
      [supersedes],
    );
    since = removed[0]?.since ?? since;
    await connection.query('UPDATE check_batch_item SET check_id = $1 WHERE check_id = $2', [
      checkId,
      supersedes,
    ]);
  }
  if (complete) return;
  const { modelDigest, bytes } = fingerprint;
  await connection.query(
    `INSERT INTO incomplete_check (check_id, picture, model_digest, fingerprint, next_at, since)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [checkId, pattern, modelDigest, Buffer.from(bytes), new Date(finishedAt), since],
  );
}
