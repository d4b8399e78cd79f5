import { type DataSource, type EntityManager, LessThan, MoreThan } from 'typeorm';
import {
  type BatchItem,
  type BatchStore,
  type Check,
  type CheckBatch,
  type FingerprintedPicture,
  checkSchema,
  type ItemError,
  noSuchBatch,
  type ReceivedPicture,
  RegistryError,
  type WaitingPicture,
} from '#libs/registry';
import { z } from 'zod';
import {
  CheckBatchEntity,
  CheckBatchItemEntity,
  type CheckBatchItemRow,
  type CheckBatchRow,
} from './check-rows.js';
import { insertCheck } from './check-store.js';

const MOST_COLLECTING = 20;
const COLLECTING_MS = 24 * 3_600_000;

const pictureSchema = z.object({
  pictureDigest: z.string(),
  mediaType: z.string(),
  width: z.int(),
  height: z.int(),
});

const reportSchema = checkSchema.omit({ evidence: true });

/** The batches of a node in its PostgreSQL database. */
export class PostgresBatches implements BatchStore {
  constructor(private readonly dataSource: DataSource) {}

  async open({
    batchId,
    count,
    askedBy,
    openedAt,
  }: Pick<CheckBatch, 'batchId' | 'count' | 'askedBy' | 'openedAt'>): Promise<void> {
    const at = new Date(openedAt);
    await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `check_batch ${askedBy}`,
      ]);
      await manager.delete(CheckBatchEntity, {
        state: 'collecting',
        openedAt: LessThan(new Date(at.getTime() - COLLECTING_MS)),
      });
      if ((await manager.countBy(CheckBatchEntity, { askedBy, state: 'collecting' })) >= MOST_COLLECTING) {
        throw new RegistryError(
          'TOO_MANY',
          'batch',
          `would be one more than the ${MOST_COLLECTING} that you have not started`,
          'start one of those first',
        );
      }
      await manager.insert(CheckBatchEntity, {
        batchId,
        state: 'collecting',
        count,
        askedBy,
        openedAt: at,
        startedAt: null,
      });
    });
  }

  async find(batchId: string): Promise<CheckBatch | undefined> {
    const row = await this.dataSource.manager.findOneBy(CheckBatchEntity, { batchId });
    return row ? withCounts(this.dataSource.manager, row) : undefined;
  }

  async list(limit: number, after?: string): Promise<CheckBatch[]> {
    const { manager } = this.dataSource;
    const query = manager
      .createQueryBuilder(CheckBatchEntity, 'one')
      .orderBy('one.openedAt', 'DESC')
      .addOrderBy('one.batchId', 'DESC')
      .limit(limit);
    if (after !== undefined) {
      query.where(
        `(one.opened_at, one.batch_id) <
           (SELECT last.opened_at, last.batch_id FROM check_batch last WHERE last.batch_id = :after)`,
        { after },
      );
    }
    return Promise.all((await query.getMany()).map((row) => withCounts(manager, row)));
  }

  async receive(batchId: string, picture: ReceivedPicture): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const batch = await lock(manager, batchId);
      if (batch.state !== 'collecting') {
        throw new RegistryError(
          'WRONG_STATE',
          'state',
          `is ${batch.state}: it takes no more pictures`,
          'open another batch',
        );
      }
      const before = await manager.findOneBy(CheckBatchItemEntity, { batchId, name: picture.name });
      const place = before?.place ?? (await manager.countBy(CheckBatchItemEntity, { batchId })) + 1;
      if (place > batch.count) {
        throw new RegistryError(
          'INVALID_INPUT',
          'count',
          `was announced as ${batch.count}, and so many pictures are there`,
          'open another batch for the rest',
        );
      }
      await manager.upsert(CheckBatchItemEntity, itemRow(batchId, place, picture), ['batchId', 'place']);
    });
  }

  async start(batchId: string): Promise<CheckBatch> {
    return this.dataSource.transaction(async (manager) => {
      const row = await lock(manager, batchId);
      const batch = await withCounts(manager, row);
      if (row.state !== 'collecting') return batch;
      if (batch.received < batch.count) {
        throw new RegistryError(
          'WRONG_STATE',
          'count',
          `was announced as ${batch.count}, and ${batch.received} pictures are there`,
          'send the rest first',
        );
      }
      await manager.query(
        `UPDATE check_batch SET state = 'running', started_at = clock_timestamp() WHERE batch_id = $1`,
        [batchId],
      );
      return { ...batch, state: 'running' };
    });
  }

  async items(batchId: string, limit: number, after = 0): Promise<BatchItem[]> {
    const rows = await this.dataSource.manager
      .createQueryBuilder(CheckBatchItemEntity, 'item')
      .select('item.place', 'place')
      .addSelect('item.name', 'name')
      .addSelect('item.state', 'state')
      .addSelect('item.error', 'error')
      .addSelect('made.content', 'content')
      .leftJoin('duplicate_check', 'made', 'made.check_id = item.check_id')
      .where('item.batch_id = :batchId AND item.place > :after', { batchId, after })
      .orderBy('item.place')
      .limit(limit)
      .getRawMany<Pick<CheckBatchItemRow, 'place' | 'name' | 'state' | 'error'> & { content: unknown }>();
    return rows.map(({ place, name, state, error, content }) => ({
      place,
      name,
      state,
      ...(error ? { error } : {}),
      ...(content ? { check: reportSchema.parse(content) } : {}),
    }));
  }

  async running(limit: number): Promise<CheckBatch[]> {
    const { manager } = this.dataSource;
    const rows = await manager.find(CheckBatchEntity, {
      where: { state: 'running' },
      order: { startedAt: 'ASC', batchId: 'ASC' },
      take: limit,
    });
    return Promise.all(rows.map((row) => withCounts(manager, row)));
  }

  async waiting(batchId: string, limit: number, after: number): Promise<WaitingPicture[]> {
    const rows = await this.dataSource.manager.find(CheckBatchItemEntity, {
      where: { batchId, state: 'waiting', place: MoreThan(after) },
      order: { place: 'ASC' },
      take: limit,
    });
    return rows.map((row) => ({ place: row.place, fingerprinted: fingerprintedOf(row) }));
  }

  async finish(batchId: string, place: number, check: Check, askedBy: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const item = await manager.findOneBy(CheckBatchItemEntity, { batchId, place, state: 'waiting' });
      if (!item) return;
      await insertCheck(manager, check, askedBy, fingerprintedOf(item));
      await manager.update(
        CheckBatchItemEntity,
        { batchId, place, state: 'waiting' },
        { state: 'checked', checkId: check.checkId, fingerprint: null },
      );
    });
  }

  async failWaiting(batchId: string, error: ItemError): Promise<void> {
    await this.dataSource.manager.update(
      CheckBatchItemEntity,
      { batchId, state: 'waiting' },
      { state: 'failed', error, fingerprint: null },
    );
  }

  async cancel(batchId: string, error: ItemError): Promise<CheckBatch> {
    return this.dataSource.transaction(async (manager) => {
      const row = await lock(manager, batchId);
      if (row.state !== 'finished') {
        await manager.update(
          CheckBatchItemEntity,
          { batchId, state: 'waiting' },
          { state: 'failed', error, fingerprint: null },
        );
        await manager.update(CheckBatchEntity, { batchId }, { state: 'finished' });
      }
      return withCounts(manager, { ...row, state: 'finished' });
    });
  }

  async close(batchId: string): Promise<void> {
    await this.dataSource.manager.query(
      `UPDATE check_batch SET state = 'finished' WHERE batch_id = $1 AND state = 'running' AND NOT EXISTS
         (SELECT FROM check_batch_item item WHERE item.batch_id = $1 AND item.state = 'waiting')`,
      [batchId],
    );
  }
}

async function lock(manager: EntityManager, batchId: string): Promise<CheckBatchRow> {
  const row = await manager.findOne(CheckBatchEntity, {
    where: { batchId },
    lock: { mode: 'pessimistic_write' },
  });
  if (!row) throw noSuchBatch();
  return row;
}

function fingerprintedOf({
  batchId,
  place,
  picture,
  modelDigest,
  fingerprint,
}: CheckBatchItemRow): FingerprintedPicture {
  if (modelDigest === null || fingerprint === null)
    throw new Error(`item ${place} of batch ${batchId} waits without a fingerprint`);
  return { pattern: pictureSchema.parse(picture), fingerprint: { modelDigest, bytes: fingerprint } };
}

async function withCounts(manager: EntityManager, row: CheckBatchRow): Promise<CheckBatch> {
  const { batchId, state, count, askedBy, openedAt } = row;
  const [received, waiting] = await Promise.all([
    manager.countBy(CheckBatchItemEntity, { batchId }),
    manager.countBy(CheckBatchItemEntity, { batchId, state: 'waiting' }),
  ]);
  const finished = received - waiting;
  return { batchId, state, count, received, finished, askedBy, openedAt: openedAt.toISOString() };
}

function itemRow(batchId: string, place: number, picture: ReceivedPicture): CheckBatchItemRow {
  const of = { batchId, place, name: picture.name, checkId: null };
  if ('error' in picture) {
    return {
      ...of,
      state: 'failed',
      picture: null,
      modelDigest: null,
      fingerprint: null,
      error: picture.error,
    };
  }
  const { pattern, fingerprint } = picture.fingerprinted;
  return {
    ...of,
    state: 'waiting',
    picture: pattern,
    modelDigest: fingerprint.modelDigest,
    fingerprint: Buffer.from(fingerprint.bytes),
    error: null,
  };
}
