import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type FreshDatabase, freshDatabase } from '../../../test/postgres.js';

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
    const client = new pg.Client({ connectionString: own.url });
    await client.connect();
    const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
    await client.end();
    expect(rows[0]?.server_encoding).toBe('UTF8');
  });

  test("another province's role may not connect to it", async () => {
    const url = new URL(other.url);
    url.pathname = new URL(own.url).pathname;
    const client = new pg.Client({ connectionString: url.toString() });
    await expect(client.connect()).rejects.toThrow(/permission denied for database/);
  });
});
