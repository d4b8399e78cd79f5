import {
  createDataSource,
  migrate,
  PostgresChecks,
  PostgresDecisions,
  PostgresSalts,
  readAuditLog,
} from '#libs/persistence';
import { createFakeChecks } from '../fakes/checks.js';
import { fingerprinted } from '../fakes/federation.js';
import { createFakeDecisions } from '../fakes/decisions.js';
import { createFakeRegistry } from '../fakes/registry.js';
import { freshDatabase } from '../postgres.js';
import { makeCheck } from './checks.contract.js';
import { describeDecisions } from './decisions.contract.js';

describeDecisions('in memory', async () => {
  const check = makeCheck();
  await createFakeChecks().save(check, 'li', fingerprinted([1, 0, 0, 0]));
  const registry = createFakeRegistry();
  const decisions = createFakeDecisions({
    async append(event) {
      if (Number.isNaN(Date.parse(event.at))) throw new RangeError('has a time that is none');
      await registry.log.append(event);
    },
  });
  return {
    decisions,
    salts: decisions.salts,
    checkId: check.checkId,
    logged: async () => registry.entries.map(({ type }) => type),
    close: async () => undefined,
  };
});

describeDecisions('in PostgreSQL', async () => {
  const database = await freshDatabase();
  const dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  const check = makeCheck();
  await new PostgresChecks(dataSource).save(check, 'li', fingerprinted([1, 0, 0, 0]));
  return {
    decisions: new PostgresDecisions(dataSource, 'zhejiang'),
    salts: new PostgresSalts(dataSource),
    checkId: check.checkId,
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
