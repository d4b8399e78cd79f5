import { randomBytes } from 'node:crypto';
import { freshDatabase, type FreshDatabase } from '../../../test/postgres.js';
import { insertBulkApplications } from './bulk-applications.js';
import { createDataSource, migrate } from './data-source.js';
import { createRegistry } from './registry.js';

const MODEL = `sha256:${'a'.repeat(64)}`;

describe('applications in bulk', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it('are all found and counted, over more than one statement', async () => {
    const dataSource = await createDataSource(database.url);
    try {
      await migrate(dataSource);
      const registry = createRegistry(dataSource, 'zhejiang');
      const fingerprints = Array.from({ length: 2_010 }, () => ({
        modelDigest: MODEL,
        bytes: randomBytes(20),
      }));
      await insertBulkApplications(dataSource, fingerprints);
      expect(await registry.head()).toEqual({ position: 2_010, searchable: 2_010 });
      const rows = await registry.changesSince(0, MODEL, 5_000);
      expect(rows.map(({ position }) => position)).toEqual(fingerprints.map((_, at) => at + 1));
      expect(rows.map(({ fingerprint }) => fingerprint)).toEqual(fingerprints.map(({ bytes }) => bytes));
    } finally {
      await dataSource.destroy();
    }
  });
});
