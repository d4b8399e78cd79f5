import { createDataSource, migrate, PostgresAttempts, PostgresPeople, readAuditLog } from '#libs/persistence';
import { z } from 'zod';
import { FakeLog } from '../fakes/federation.js';
import { createFakeAttempts, createFakePeople } from '../fakes/people.js';
import { freshDatabase } from '../postgres.js';
import { describePeople } from './people.contract.js';

const entrySchema = z.object({ type: z.string() });

describePeople('in memory', async () => {
  const log = new FakeLog();
  const stores = { people: createFakePeople(log), attempts: createFakeAttempts() };
  return {
    ...stores,
    log: async () => log.types(),
    reopen: async () => stores,
    close: async () => undefined,
  };
});

describePeople('in PostgreSQL', async () => {
  const database = await freshDatabase();
  const open = [await createDataSource(database.url)];
  const [first] = open;
  if (!first) throw new Error('no data source');
  await migrate(first);
  return {
    people: new PostgresPeople(first, 'zhejiang'),
    attempts: new PostgresAttempts(first),
    log: async () =>
      (await readAuditLog(first, 'zhejiang', 0, 100)).map(
        ({ entry }) => entrySchema.parse(JSON.parse(entry)).type,
      ),
    async reopen() {
      const second = await createDataSource(database.url);
      open.push(second);
      return { people: new PostgresPeople(second, 'zhejiang'), attempts: new PostgresAttempts(second) };
    },
    async close() {
      for (const one of open) await one.destroy();
      await database.drop();
    },
  };
});

describe('attempts in PostgreSQL', () => {
  it('are remembered of at most 10,000 keys, the newest', async () => {
    const database = await freshDatabase();
    const dataSource = await createDataSource(database.url);
    try {
      await migrate(dataSource);
      await dataSource.query(
        `INSERT INTO log_in_attempt
         SELECT 'user:' || n, 1, timestamptz '2026-03-05T12:00:00Z' + n * interval '1 ms' FROM generate_series(1, 10000) n`,
      );
      const lastAt = new Date('2026-03-06T12:00:00Z');
      await new PostgresAttempts(dataSource).begin('user:newest', () => ({
        kind: 'go',
        attempts: { failures: 1, lastAt },
      }));
      const left = await dataSource.query<{ key: string }[]>(
        `SELECT key FROM log_in_attempt WHERE key IN ('user:1', 'user:2', 'user:newest') ORDER BY key`,
      );
      expect(left.map(({ key }) => key)).toEqual(['user:2', 'user:newest']);
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });
});
