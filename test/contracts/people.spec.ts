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
