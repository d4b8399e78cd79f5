import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { type FreshDatabase, freshDatabase } from '../../../test/postgres.js';
import { createDataSource, migrate } from './data-source.js';
import { migrations } from './migrations/index.js';

describe('the schema', () => {
  let database: FreshDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await freshDatabase();
    dataSource = await createDataSource(database.url);
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  test('comes up from nothing in the listed order; a second run changes nothing', async () => {
    const names = migrations.map((Migration) => new Migration().name);
    expect(await migrate(dataSource)).toEqual(names);
    const schema = await schemaOf(dataSource);
    expect(await migrate(dataSource)).toEqual([]);
    expect(await schemaOf(dataSource)).toEqual(schema);
  });

  test('is brought up once by processes that start together', async () => {
    const others = await Promise.all([createDataSource(database.url), createDataSource(database.url)]);
    const runs = await Promise.all([dataSource, ...others].map((each) => migrate(each)));
    expect(runs.map((names) => names.length).sort()).toEqual([0, 0, migrations.length]);
    await Promise.all(others.map((other) => other.destroy()));
  });

  test('of a newer program is refused by this one, and left as it is', async () => {
    await migrate(dataSource);
    await dataSource.query(
      `INSERT INTO migrations (timestamp, name) VALUES (4102444800000, 'KeepMore4102444800000')`,
    );
    await dataSource.query('CREATE TABLE kept_more (what text)');
    const schema = await schemaOf(dataSource);
    await expect(migrate(dataSource)).rejects.toMatchObject({
      code: 'UNSUITABLE',
      problem: expect.stringMatching(
        /^a newer version of this program has migrated the database test_\w+ \(KeepMore4102444800000\)$/,
      ),
      remedy: expect.stringContaining('run that version or a later one'),
    });
    expect(await schemaOf(dataSource)).toEqual(schema);
  });

  test('goes down again migration by migration, to nothing', async () => {
    await migrate(dataSource);
    for (const _migration of migrations) {
      await dataSource.undoLastMigration();
    }
    expect(await schemaOf(dataSource)).toEqual([]);
  });

  test('is written durably also where the server would not wait for its disk', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await dataSource.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    const other = await createDataSource(database.url);
    expect(await other.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    await other.destroy();
  });

  test('refuses states, dates and numbers that do not belong together, whoever writes them', async () => {
    await migrate(dataSource);
    const id = 'gen_random_uuid()';
    await dataSource.query(
      `INSERT INTO pattern VALUES (${id}, 'sha256:' || repeat('0', 64), 'image/png', 1, 1)`,
    );
    const insert = (state: string, number: string, registeredOn: string) =>
      dataSource.query(
        `INSERT INTO registration (registration_id, pattern_id, state, registration_number, registered_on,
           title, category, owner, centre, filed_at, reason, position)
         SELECT ${id}, pattern_id, ${state}, ${number}, ${registeredOn}, 't', 'F', 'o', '', now(), '', 1 FROM pattern`,
      );
    await expect(insert(`'lost'`, 'NULL', 'NULL')).rejects.toThrow(/registration_state_known/);
    await expect(insert(`'registered'`, 'NULL', 'NULL')).rejects.toThrow(/registration_number_in_its_states/);
    await expect(insert(`'applied'`, `'7'`, 'NULL')).rejects.toThrow(/registration_number_in_its_states/);
    await expect(insert(`'applied'`, 'NULL', `'2021-01-01'`)).rejects.toThrow(
      /registration_date_with_number/,
    );
    await expect(insert(`'registered'`, `'7'`, `'2021-02-30'`)).rejects.toThrow(/out of range/);
    await insert(`'registered'`, `'7'`, `'2021-02-28'`);
  });
});

describe('a data source', () => {
  test('that cannot be had says which and what to do, without the password', async () => {
    const failing = createDataSource('postgresql://weft:s3cret@127.0.0.1:1/weft_zhejiang');
    await expect(failing).rejects.toMatchObject({
      code: 'UNREACHABLE',
      problem: expect.stringContaining('weft_zhejiang at 127.0.0.1:1'),
    });
    await expect(failing).rejects.toThrow(expect.not.stringContaining('s3cret'));
  });
});

async function schemaOf(dataSource: DataSource): Promise<unknown[]> {
  return dataSource.query(
    `SELECT table_name, column_name, data_type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name <> 'migrations' ORDER BY 1, 2`,
  );
}
