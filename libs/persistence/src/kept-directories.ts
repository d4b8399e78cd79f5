import { signedDirectorySchema, type SignedDirectory } from '#libs/federation-log';
import type { DataSource } from 'typeorm';

/** The signed directories of all epochs that a node has been run with, for what was signed under them. */
export class PostgresDirectories {
  constructor(private readonly dataSource: DataSource) {}

  /** @param epoch that the document is of; one of the same epoch takes the place of what was kept */
  async keep(epoch: number, signed: SignedDirectory): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO kept_directory (epoch, signed) VALUES ($1, $2) ON CONFLICT (epoch) DO UPDATE SET signed = EXCLUDED.signed`,
      [epoch, JSON.stringify(signed)],
    );
  }

  /** The highest epoch that this node was run with; 0 if it is new. */
  async newestEpoch(): Promise<number> {
    const [row] = await this.dataSource.query<{ newest: number }[]>(
      'SELECT coalesce(max(epoch), 0) AS newest FROM kept_directory',
    );
    return row?.newest ?? 0;
  }

  /** Not verified: whoever uses it does that. @returns null for an epoch that this node was never run with */
  async find(epoch: number): Promise<SignedDirectory | null> {
    const [row] = await this.dataSource.query<{ signed: unknown }[]>(
      'SELECT signed FROM kept_directory WHERE epoch = $1',
      [epoch],
    );
    return row === undefined ? null : signedDirectorySchema.parse(row.signed);
  }
}
