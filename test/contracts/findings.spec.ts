import { createDataSource, migrate, PostgresFindings, readAuditLog } from '#libs/persistence';
import { createFakeFindings } from '../fakes/findings.js';
import { freshDatabase } from '../postgres.js';
import { describeFindings } from './findings.contract.js';

describeFindings('in memory', async () => {
  const findings = createFakeFindings('zhejiang');
  return {
    findings,
    reopen: () => findings,
    logged: async () => findings.entries.map(({ type }) => type),
    close: async () => undefined,
  };
});

describeFindings('in PostgreSQL', async () => {
  const database = await freshDatabase();
  const dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  return {
    findings: new PostgresFindings(dataSource, 'zhejiang'),
    reopen: () => new PostgresFindings(dataSource, 'zhejiang'),
    async logged() {
      const entries = await readAuditLog(dataSource, 'zhejiang', 0, 100);
      return entries.map(({ entry }) => String((JSON.parse(entry) as { type: unknown }).type));
    },
    async close() {
      await dataSource.destroy();
      await database.drop();
    },
  };
});
