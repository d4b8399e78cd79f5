import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { type FreshDatabase, freshDatabase } from '../../../test/postgres.js';
import { createDataSource } from './data-source.js';

describe('a connection that keeps its statements', () => {
  let database: FreshDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await freshDatabase();
    dataSource = await createDataSource(database.url, { poolSize: 1 });
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const ask = (text: string, ...values: unknown[]) => dataSource.query<{ said: unknown }[]>(text, values);
  const kept = () => ask(`SELECT count(*)::int AS said FROM pg_prepared_statements`);

  test('has a statement parsed once, whatever it is asked with', async () => {
    for (const said of [1, 2, 3]) expect(await ask(`SELECT $1::int AS said`, said)).toEqual([{ said }]);
    expect(await ask(`SELECT $1::text AS said`, 'x')).toEqual([{ said: 'x' }]);
    expect(await kept()).toEqual([{ said: 2 }]);
  });

  test('lets the server keep only so many, and answers all others too', async () => {
    for (let said = 0; said < 100; said += 1)
      expect(await ask(`SELECT $1::int + ${said} AS said`, 0)).toEqual([{ said }]);
    expect(await kept()).toEqual([{ said: 64 }]);
  });

  test('goes on after a statement that could not be parsed or failed', async () => {
    await expect(ask(`SELECT $1 FROM no_such_table`, 1)).rejects.toThrow('no_such_table');
    await ask(`CREATE TABLE no_such_table (said int)`);
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await ask(`SELECT $1::int AS said FROM no_such_table`, 1)).toEqual([]);
      await expect(ask(`SELECT 1 / $1::int AS said`, 0)).rejects.toThrow('division by zero');
      expect(await ask(`SELECT 1 / $1::int AS said`, 1)).toEqual([{ said: 1 }]);
    }
  });

  test('answers by a table as it is now', async () => {
    await ask(`CREATE TABLE kept (one int, other text)`);
    const insert = `INSERT INTO kept VALUES ($1, $2)`;
    const select = `SELECT other AS said FROM kept WHERE one = $1`;
    for (let turn = 0; turn < 8; turn += 1) await ask(insert, 1, 'x');
    expect(await ask(select, 1)).toHaveLength(8);
    await ask(`CREATE INDEX ON kept (one)`);
    await ask(`ALTER TABLE kept ADD COLUMN more int`);
    await ask(insert, 1, 'x');
    expect(await ask(select, 1)).toHaveLength(9);
  });
});
