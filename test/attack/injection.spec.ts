import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeError } from '#libs/lifecycle';
import { createDataSource, createRegistry, migrate } from '#libs/persistence';
import type { Registry } from '#libs/registry';
import { pino } from 'pino';
import { insert, makePattern, makeRegistration } from '../contracts/registry-samples.js';
import { freshDatabase, type FreshDatabase } from '../postgres.js';

const HOSTILE = [
  `'; DROP TABLE registration; --`,
  `" OR 1=1 --`,
  `\\'; SELECT pg_sleep(10); --`,
  `$1`,
  `:pattern`,
  `%`,
  `_`,
  `E'\\x27'`,
  `');DELETE FROM audit_log;--`,
];

let database: FreshDatabase;
let dataSource: Awaited<ReturnType<typeof createDataSource>>;
let registry: Registry;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  registry = createRegistry(dataSource, 'zhejiang');
  await registry.transaction(async (writer) => {
    for (const title of HOSTILE) {
      const pattern = makePattern();
      await insert(writer, pattern, { ...makeRegistration(pattern), title, owner: title });
    }
  });
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const titles = async (filter: object) =>
  (await registry.list({ limit: 100, ...filter })).map(({ title }) => title).sort();

describe('text that looks like SQL', () => {
  it('is kept as it was written', async () => {
    expect(await titles({})).toEqual([...HOSTILE].sort());
  });

  it.each(HOSTILE)('is searched as a text, wildcards included: %s', async (text) => {
    expect(await titles({ text })).toEqual(HOSTILE.filter((title) => title.includes(text)).sort());
    expect(await titles({})).toHaveLength(HOSTILE.length);
  });

  it.each(HOSTILE)('names no registration, pattern or category: %s', async (text) => {
    expect(await registry.find(text)).toBeUndefined();
    expect(await registry.findMany([text])).toEqual([]);
    expect(await registry.findPattern(text)).toBeUndefined();
    expect(await titles({ category: text })).toEqual([]);
    expect(await titles({})).toHaveLength(HOSTILE.length);
  });
});

describe('text that looks like a log line', () => {
  it('stays within its own line, and the values of a statement within the database', () => {
    const output = new PassThrough();
    const logger = pino({ serializers: { err: describeError } }, output);
    const forged = 'a\n{"level":60,"msg":"all is well"}\r\u2028\u001b[2J';
    const failed = Object.assign(new Error(`no such user: ${forged}`), {
      parameters: ['李四', 'argon2id$secret'],
    });
    logger.warn({ err: failed, path: forged }, forged);
    const written = String(output.read());
    expect(written.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(written)).toMatchObject({ level: 40, path: forged });
    for (const hidden of ['李四', 'argon2id', '\u001b']) expect(written).not.toContain(hidden);
  });
});
