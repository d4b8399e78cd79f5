import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FINGERPRINT_HEAD_BYTES } from '#libs/registry';
import type { DataSource } from 'typeorm';
import { type FreshDatabase, freshDatabase } from '../../../test/postgres.js';
import { createDataSource, createRegistry, migrate } from './index.js';

const MODEL = `sha256:${'a'.repeat(64)}`;
let database: FreshDatabase;
let dataSource: DataSource;

beforeEach(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
});

afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

test('a fingerprint that was stored before heads were kept is read by its first bytes', async () => {
  await dataSource.query(
    `WITH p AS (INSERT INTO pattern VALUES (gen_random_uuid(), 'sha256:' || repeat('0', 64), 'image/png', 1, 1) RETURNING pattern_id),
       f AS (INSERT INTO fingerprint (pattern_id, model_digest, bytes) SELECT pattern_id, $1, decode(repeat('0102030405', 1000), 'hex') FROM p)
     INSERT INTO registration (registration_id, pattern_id, state, title, category, owner, centre, filed_at, reason, position)
     SELECT gen_random_uuid(), pattern_id, 'applied', 't', 'F', 'o', '', now(), '', 1 FROM p`,
    [MODEL],
  );
  const [change] = await createRegistry(dataSource, 'zhejiang').changesSince(0, MODEL, 1);
  expect([...(change?.fingerprint ?? [])]).toEqual(
    Array.from({ length: FINGERPRINT_HEAD_BYTES }, (_, at) => 1 + (at % 5)),
  );
});
