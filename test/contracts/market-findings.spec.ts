import { randomUUID } from 'node:crypto';
import {
  createDataSource,
  migrate,
  PostgresChecks,
  PostgresMarketFindings,
  PostgresSalts,
  readAuditLog,
} from '#libs/persistence';
import { fingerprinted } from '../fakes/federation.js';
import { createFakeMarketFindings } from '../fakes/market-findings.js';
import { createFakeRegistry } from '../fakes/registry.js';
import { freshDatabase } from '../postgres.js';
import { makeCheck } from './checks.contract.js';
import { describeMarketFindings } from './market-findings.contract.js';

describeMarketFindings('in memory', async () => {
  const registry = createFakeRegistry('zhejiang');
  const market = createFakeMarketFindings(registry.log);
  return {
    market,
    reopen: () => market,
    check: async () => randomUUID(),
    logged: async () => registry.entries.map(({ type }) => type),
    salt: (about) => market.salts.find(about, 'reason'),
    close: async () => undefined,
  };
});

describeMarketFindings('in PostgreSQL', async () => {
  const database = await freshDatabase();
  const dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  return {
    market: new PostgresMarketFindings(dataSource, 'zhejiang'),
    reopen: () => new PostgresMarketFindings(dataSource, 'zhejiang'),
    async check() {
      const check = makeCheck({ checkId: randomUUID() });
      await new PostgresChecks(dataSource).save(check, 'li', fingerprinted([1, 0, 0, 0]));
      return check.checkId;
    },
    async logged() {
      const entries = await readAuditLog(dataSource, 'zhejiang', 0, 100);
      return entries.map(({ entry }) => String((JSON.parse(entry) as { type: unknown }).type));
    },
    salt: (about) => new PostgresSalts(dataSource).find(about, 'reason'),
    async close() {
      await dataSource.destroy();
      await database.drop();
    },
  };
});
