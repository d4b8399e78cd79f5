import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type FreshDatabase, freshDatabase, testServer } from '../../../test/postgres.js';
import { createRoleAndDatabase } from './role-and-database.js';

describe('a role and its database', () => {
  let own: FreshDatabase;
  let other: FreshDatabase;

  beforeAll(async () => {
    [own, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  });

  afterAll(async () => {
    await Promise.all([own.drop(), other.drop()]);
  });

  test('the role uses its own database, in UTF-8', async () => {
    expect(await query(own.url, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
  });

  test('asked for again, both are kept and the role has a new password', async () => {
    const adminUrl = await testServer();
    const name = new URL(own.url).username;
    await query(own.url, 'CREATE TABLE kept ()');
    const renewed = await createRoleAndDatabase(adminUrl, name);
    expect(await query(renewed, `SELECT to_regclass('kept')::text AS kept`)).toEqual([{ kept: 'kept' }]);
    await expect(query(own.url, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  test('only a plain name is taken', async () => {
    for (const name of ['', 'Weft', '1weft', 'weft"; DROP DATABASE postgres; --', 'w'.repeat(64)]) {
      await expect(createRoleAndDatabase(await testServer(), name)).rejects.toThrow(RangeError);
    }
  });

  test("another province's role may not connect to it", async () => {
    const url = new URL(other.url);
    url.pathname = new URL(own.url).pathname;
    await expect(query(url.toString(), 'SELECT 1')).rejects.toThrow(/permission denied for database/);
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
