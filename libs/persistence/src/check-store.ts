import type { DataSource, EntityManager } from 'typeorm';
import { z } from 'zod';
import {
  type Check,
  checkSchema,
  type CheckSequel,
  type CheckStore,
  type CheckSummary,
  type FingerprintedPicture,
} from '#libs/registry';
import { DuplicateCheckEntity, type DuplicateCheckRow } from './check-rows.js';
import { keepIncomplete } from './incomplete-checks.js';
import { insertSalts } from './salts.js';
import { insertDueReceipts } from './receipt-store.js';

/** The checks of a node in its PostgreSQL database. */
export class PostgresChecks implements CheckStore {
  constructor(private readonly dataSource: DataSource) {}

  async save(check: Check, askedBy: string, fingerprinted: FingerprintedPicture): Promise<void> {
    await this.dataSource.transaction((manager) => insertCheck(manager, check, askedBy, fingerprinted));
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
 * called in a transaction.
 */
export async function insertCheck(
  manager: EntityManager,
  check: Check,
  askedBy: string,
  fingerprinted: FingerprintedPicture,
): Promise<void> {
  const { pictureSalt, ...evidence } = check.evidence;
  const inserted: { readonly raw: unknown } = await manager
    .createQueryBuilder()
    .insert()
    .into(DuplicateCheckEntity)
    .values({
      checkId: check.checkId,
      askedBy,
      askedAt: new Date(check.askedAt),
      pictureDigest: check.picture.digest,
      verdict: check.verdict,
      content: { ...check, evidence },
    })
    .orIgnore()
    .returning('check_id')
    .execute();
  if (z.array(z.unknown()).parse(inserted.raw).length === 0) return;
  if (pictureSalt !== undefined) {
    await insertSalts(manager, [{ about: check.checkId, of: 'picture', salt: pictureSalt }]);
  }
  await insertDueReceipts(manager, check);
  await keepIncomplete(manager, check, fingerprinted);
}
