import type { DataSource } from 'typeorm';
import type { CosignedCheckpoints, StoredCheckpoint } from '#libs/federation-log';
import type { LogOrigin } from '#libs/registry';

/** The checkpoints of one party's log by who cosigned them. */
export class PostgresCosignedCheckpoints implements CosignedCheckpoints {
  constructor(
    private readonly dataSource: DataSource,
    private readonly origin: LogOrigin,
  ) {}

  async newestCosigned(least: number): Promise<StoredCheckpoint | null> {
    const [row] = await this.dataSource.query<{ size: string; root: Buffer; note: string }[]>(
      // The newest few only: a log that has its quorum finds it there, and one that lost it is not searched to its beginning.
      `SELECT checkpoint.size, checkpoint.root, checkpoint.note
       FROM (SELECT size FROM log_cosignature WHERE origin = $1 ORDER BY size DESC LIMIT 4096) AS cosigned
       JOIN log_checkpoint checkpoint ON checkpoint.origin = $1 AND checkpoint.size = cosigned.size
       GROUP BY checkpoint.size, checkpoint.root, checkpoint.note
       HAVING count(*) >= $2 ORDER BY checkpoint.size DESC LIMIT 1`,
      [this.origin, least],
    );
    return row ? { ...row, size: Number(row.size) } : null;
  }
}
