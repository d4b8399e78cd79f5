import { createDataSource, createRegistry, migrate, PostgresFingerprints } from '#libs/persistence';
import { createFakeRegistry } from '../fakes/registry.js';
import { freshDatabase } from '../postgres.js';
import { describeFingerprints } from './fingerprints.contract.js';

describeFingerprints('in memory', async () => {
  const registry = createFakeRegistry();
  return { registry, fingerprints: registry, close: async () => undefined };
});

describeFingerprints('in PostgreSQL', async () => {
  const database = await freshDatabase();
  const dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  return {
    registry: createRegistry(dataSource, 'zhejiang'),
    fingerprints: new PostgresFingerprints(dataSource),
    close: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
});
