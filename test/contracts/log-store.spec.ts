import { describe, expect, it } from '@jest/globals';
import { createAuditLog, createDataSource, migrate, PostgresLogStore } from '#libs/persistence';
import { auditEvent } from '../audit-event.js';
import { createFakeLogStore } from '../fakes/log-store.js';
import { freshDatabase } from '../postgres.js';
import { describeLogStore } from './log-store.contract.js';

describeLogStore('in memory', async () => {
  const store = createFakeLogStore();
  return {
    store,
    other: store,
    append: (number) => store.append(Buffer.from(JSON.stringify(auditEvent(`${number}`)))),
    close: async () => undefined,
  };
});

describeLogStore('in PostgreSQL', async () => {
  const database = await freshDatabase();
  const [first, second] = [await createDataSource(database.url), await createDataSource(database.url)];
  await migrate(first);
  const log = createAuditLog(second, 'zhejiang');
  return {
    store: new PostgresLogStore(first, 'zhejiang'),
    other: new PostgresLogStore(second, 'zhejiang'),
    append: (number) => log.append(auditEvent(`${number}`)),
    async close() {
      await first.destroy();
      await second.destroy();
      await database.drop();
    },
  };
});

describe('the tables of a log', () => {
  it('refuse to be changed, shortened or emptied, also by their owner', async () => {
    const database = await freshDatabase();
    const dataSource = await createDataSource(database.url);
    try {
      await migrate(dataSource);
      const store = new PostgresLogStore(dataSource, 'zhejiang');
      const head = { size: 1, root: Buffer.alloc(32, 1), note: 'a note\n' };
      await store.advance(null, head, [
        { tile: { level: 0, index: 0, width: 1 }, bytes: Buffer.alloc(32, 2) },
      ]);
      await store.cosign(1, 'weft/shandong/witness', 'a line\n');
      for (const statement of [
        `UPDATE log_checkpoint SET note = 'another'`,
        `UPDATE log_cosignature SET line = 'another'`,
        `UPDATE log_tile SET hashes = sha256('another')`,
        `UPDATE log_tile SET index = 1`,
        ...['log_checkpoint', 'log_cosignature', 'log_tile'].flatMap((table) => [
          `DELETE FROM ${table}`,
          `TRUNCATE ${table} CASCADE`,
        ]),
      ]) {
        await expect(dataSource.query(statement)).rejects.toThrow(/refused/);
      }
      expect(await store.newest()).toEqual(head);
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });
});
