import { createDataSource, migrate, PostgresWitnessStore } from '#libs/persistence';
import { createFakeWitnessStore } from '../fakes/witness-store.js';
import { freshDatabase } from '../postgres.js';
import { describeWitnessStore } from './witness-store.contract.js';

describeWitnessStore('in the fake', async () => {
  const store = createFakeWitnessStore();
  return { store, other: store, close: async () => undefined };
});

describeWitnessStore('in PostgreSQL', async () => {
  const database = await freshDatabase();
  const [first, second] = [await createDataSource(database.url), await createDataSource(database.url)];
  await migrate(first);
  return {
    store: new PostgresWitnessStore(first),
    other: new PostgresWitnessStore(second),
    async close() {
      await first.destroy();
      await second.destroy();
      await database.drop();
    },
  };
});
