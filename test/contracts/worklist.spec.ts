import { createDataSource, migrate, PostgresSalts, PostgresWorklist, readAuditLog } from '#libs/persistence';
import { z } from 'zod';
import { createFakeRegistry } from '../fakes/registry.js';
import { createFakeWorklist } from '../fakes/worklist.js';
import { freshDatabase } from '../postgres.js';
import { describeWorklist } from './worklist.contract.js';

const entrySchema = z.object({ type: z.string(), details: z.object({ added: z.int().optional() }) });
const tell = (entry: unknown): string => {
  const { type, details } = entrySchema.parse(entry);
  return details.added === undefined ? type : `${type} ${details.added}`;
};

describeWorklist('in memory', async () => {
  const registry = createFakeRegistry('zhejiang');
  const worklist = createFakeWorklist(registry.log);
  return {
    worklist,
    reopen: () => worklist,
    logged: async () => registry.entries.map(tell),
    salt: (about) => worklist.salts.find(about, 'reason'),
    close: async () => undefined,
  };
});

describeWorklist('in PostgreSQL', async () => {
  const database = await freshDatabase();
  const dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  return {
    worklist: new PostgresWorklist(dataSource, 'zhejiang'),
    reopen: () => new PostgresWorklist(dataSource, 'zhejiang'),
    async logged() {
      const entries = await readAuditLog(dataSource, 'zhejiang', 0, 100);
      return entries.map(({ entry }) => tell(JSON.parse(entry)));
    },
    salt: (about) => new PostgresSalts(dataSource).find(about, 'reason'),
    async close() {
      await dataSource.destroy();
      await database.drop();
    },
  };
});
