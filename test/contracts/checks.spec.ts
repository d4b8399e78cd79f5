import {
  createDataSource,
  migrate,
  PostgresBatches,
  PostgresChecks,
  PostgresIncompleteChecks,
} from '#libs/persistence';
import { createFakeChecks, FakeBatches } from '../fakes/checks.js';
import { freshDatabase } from '../postgres.js';
import { describeChecks } from './checks.contract.js';

describeChecks('in memory', async () => {
  const checks = createFakeChecks();
  const stores = { checks, incomplete: checks.incomplete, batches: new FakeBatches(checks) };
  return { ...stores, reopen: async () => stores, close: async () => undefined };
});

describeChecks('in PostgreSQL', async () => {
  const database = await freshDatabase();
  const first = await createDataSource(database.url);
  const open = [first];
  await migrate(first);
  return {
    checks: new PostgresChecks(first),
    incomplete: new PostgresIncompleteChecks(first),
    batches: new PostgresBatches(first),
    async reopen() {
      const second = await createDataSource(database.url);
      open.push(second);
      return { checks: new PostgresChecks(second), batches: new PostgresBatches(second) };
    },
    async close() {
      for (const one of open) await one.destroy();
      await database.drop();
    },
  };
});
