import type { DataSource, EntityManager } from 'typeorm';
import type { KeptSalt, Opening, SaltStore } from '#libs/registry';

/** The salts of a node's commitments in its PostgreSQL database. */
export class PostgresSalts implements SaltStore {
  constructor(private readonly dataSource: DataSource) {}

  async find(about: string, of: Opening['of']): Promise<string | null> {
    const [row] = await this.dataSource.query<{ salt: string }[]>(
      `SELECT salt FROM commitment_salt WHERE about = $1 AND "of" = $2`,
      [about, of],
    );
    return row?.salt ?? null;
  }
}

/** Keeps salts, as part of a transaction or by itself; a later one of the same thing takes the place of the first. */
export async function insertSalts(
  connection: DataSource | EntityManager,
  salts: readonly KeptSalt[],
): Promise<void> {
  if (salts.length === 0) return;
  await connection.query(
    `INSERT INTO commitment_salt (about, "of", salt) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])
     ON CONFLICT (about, "of") DO UPDATE SET salt = EXCLUDED.salt`,
    [salts.map(({ about }) => about), salts.map(({ of }) => of), salts.map(({ salt }) => salt)],
  );
}
