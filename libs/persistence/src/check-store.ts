import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import {
  type Check,
  checkSchema,
  type CheckSequel,
  type CheckStore,
  type CheckSummary,
  type FingerprintedPicture,
  receiptsDue,
} from '#libs/registry';
import { DuplicateCheckEntity, type DuplicateCheckRow } from './check-rows.js';
import { keepIncomplete } from './incomplete-checks.js';

/** The checks of a node in its PostgreSQL database. */
export class PostgresChecks implements CheckStore {
  constructor(private readonly dataSource: DataSource) {}

  async save(check: Check, askedBy: string, fingerprinted: FingerprintedPicture): Promise<void> {
    const keep = (connection: DataSource | EntityManager): Promise<void> =>
      insertCheck(connection, check, askedBy, fingerprinted);
    await (isKeptAtOnce(check) ? keep(this.dataSource) : this.dataSource.transaction(keep));
  }

  async sequel(checkId: string): Promise<CheckSequel> {
    const [row] = await this.dataSource.query<{ waits: boolean; superseded_by: string | null }[]>(
      `SELECT EXISTS (SELECT FROM incomplete_check WHERE check_id = $1) AS waits,
         (SELECT check_id FROM duplicate_check WHERE content ->> 'supersedes' = $1::text) AS superseded_by`,
      [checkId],
    );
    return { waits: row?.waits ?? false, supersededBy: row?.superseded_by ?? null };
  }

  async find(checkId: string): Promise<Check | undefined> {
    const row = await this.dataSource.manager.findOneBy(DuplicateCheckEntity, { checkId });
    return row ? checkSchema.parse(row.content) : undefined;
  }

  async list(limit: number, after?: string): Promise<CheckSummary[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(DuplicateCheckEntity, 'one')
      .orderBy('one.askedAt', 'DESC')
      .addOrderBy('one.checkId', 'DESC')
      .limit(limit);
    if (after !== undefined) {
      query.where(
        `(one.asked_at, one.check_id) <
           (SELECT last.asked_at, last.check_id FROM duplicate_check last WHERE last.check_id = :after)`,
        { after },
      );
    }
    return (await query.getMany()).map(summaryOf);
  }

  async ofRegistration(registrationId: string, limit: number): Promise<CheckSummary[]> {
    const rows = await this.dataSource.manager
      .createQueryBuilder(DuplicateCheckEntity, 'one')
      .where(`content ->> 'registrationId' = :registrationId`, { registrationId })
      .andWhere(`content ->> 'registrationId' IS NOT NULL`)
      .orderBy('one.askedAt', 'DESC')
      .addOrderBy('one.checkId', 'DESC')
      .limit(limit)
      .getMany();
    return rows.map(summaryOf);
  }
}

function summaryOf({ askedBy, content }: Pick<DuplicateCheckRow, 'askedBy' | 'content'>): CheckSummary {
  const { checkId, askedAt, finishedAt, verdict, complete, picture } = checkSchema.parse(content);
  return { checkId, askedAt, finishedAt, askedBy, verdict, complete, picture };
}

/**
 * Keeps a check, which receipts it is to have, and while it is incomplete its fingerprint; the same one again changes nothing. To be
 * called in a transaction, unless one statement keeps all of it (`isKeptAtOnce`).
 */
export async function insertCheck(
  connection: DataSource | EntityManager,
  check: Check,
  askedBy: string,
  fingerprinted: FingerprintedPicture,
): Promise<void> {
  const { pictureSalt, ...evidence } = check.evidence;
  const due = receiptsDue(check, (data) => `sha256:${createHash('sha256').update(data).digest('hex')}`);
  const kept = await connection.query<unknown[]>(
    `WITH kept AS (
       INSERT INTO duplicate_check (check_id, asked_by, asked_at, picture_digest, verdict, content)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING check_id
     ), salted AS (
       INSERT INTO commitment_salt (about, "of", salt) SELECT check_id, 'picture', $7 FROM kept WHERE $7::text IS NOT NULL
       ON CONFLICT (about, "of") DO UPDATE SET salt = EXCLUDED.salt
     ), receipted AS (
       INSERT INTO check_receipt (check_id, party, about, digest, next_at, changed_at)
       SELECT kept.check_id, due.party, due.about, due.digest, $8, $8
       FROM kept, unnest($9::text[], $10::text[], $11::text[]) AS due (party, about, digest)
       ON CONFLICT DO NOTHING
     ) SELECT check_id FROM kept`,
    [
      check.checkId,
      askedBy,
      new Date(check.askedAt),
      check.picture.digest,
      check.verdict,
      { ...check, evidence },
      pictureSalt ?? null,
      new Date(check.finishedAt),
      due.map(({ party }) => party),
      due.map(({ about }) => about),
      due.map(({ digest }) => digest),
    ],
  );
  if (kept.length > 0 && !isKeptAtOnce(check)) await keepIncomplete(connection, check, fingerprinted);
}

/** Nothing waits for it to be asked again, and it takes no other check's place. */
function isKeptAtOnce({ complete, supersedes }: Check): boolean {
  return complete && supersedes === null;
}
