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
