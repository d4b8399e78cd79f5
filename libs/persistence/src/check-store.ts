import type { DataSource, EntityManager } from 'typeorm';
import { type Check, checkSchema, type CheckStore, type CheckSummary } from '#libs/registry';
import { DuplicateCheckEntity } from './check-rows.js';
import { insertDueReceipts } from './receipt-store.js';

/** The checks of a node in its PostgreSQL database. */
export class PostgresChecks implements CheckStore {
  constructor(private readonly dataSource: DataSource) {}

  async save(check: Check, askedBy: string): Promise<void> {
    await this.dataSource.transaction((manager) => insertCheck(manager, check, askedBy));
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
    return (await query.getMany()).map(({ askedBy, content }) => {
      const { checkId, askedAt, finishedAt, verdict, complete, picture } = checkSchema.parse(content);
      return { checkId, askedAt, finishedAt, askedBy, verdict, complete, picture };
    });
  }
}

/** Keeps a check, and which receipts it is to have; the same one again changes nothing. To be called in a transaction. */
export async function insertCheck(manager: EntityManager, check: Check, askedBy: string): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(DuplicateCheckEntity)
    .values({
      checkId: check.checkId,
      askedBy,
      askedAt: new Date(check.askedAt),
      pictureDigest: check.picture.digest,
      verdict: check.verdict,
      content: check,
    })
    .orIgnore()
    .execute();
  await insertDueReceipts(manager, check);
}
