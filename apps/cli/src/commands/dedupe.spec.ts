import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { MODEL_DIGEST } from '#libs/fingerprint';
import {
  createDataSource,
  createRegistry,
  insertBulkApplications,
  migrate,
  PostgresWorklist,
  readAuditLog,
} from '#libs/persistence';
import { parse } from 'csv-parse/sync';
import { makeRegistration } from '../../../../test/contracts/registry-samples.js';
import { freshDatabase, type FreshDatabase } from '../../../../test/postgres.js';
import { drawnFingerprints } from '../bench/federation/drawn-fingerprints.js';
import { readTextIfThere } from '../home/files.js';
import { projectRoot } from '../home/project-root.js';

const COUNT = 400;

let folder: string;
let database: FreshDatabase;
let dataSource: Awaited<ReturnType<typeof createDataSource>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-dedupe-'));
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  await insertBulkApplications(dataSource, drawnFingerprints(COUNT, 1));
  const registry = createRegistry(dataSource, 'zhejiang');
  const [twice] = await registry.changesSince(COUNT - 10, MODEL_DIGEST, 1);
  const pattern = await registry.findPattern(twice?.patternId ?? '');
  if (!pattern) throw new Error('there is no pattern to register twice');
  await registry.transaction((writer) =>
    writer.insertRegistration(
      makeRegistration(pattern, {
        state: 'registered',
        registrationNumber: '浙作登字-2021-F-00012345',
        title: '=1+1',
      }),
    ),
  );
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
  await rm(folder, { recursive: true });
});

function dedupe(out: string, ...options: string[]): ChildProcess {
  return spawn(
    process.execPath,
    [
      join(projectRoot(), 'apps/cli/bin/weft.mjs'),
      ...['dedupe', '--province', 'zhejiang', '--at-least', '0.2', '--out', join(folder, out), '--json'],
      ...options,
    ],
    {
      env: {
        PATH: process.env['PATH'],
        WEFT_HOME: join(folder, 'home'),
        WEFT_DATABASE_URL_ZHEJIANG: database.url,
      },
    },
  );
}

async function ended(child: ChildProcess): Promise<{ code: number | null; errors: string }> {
  const errors = child.stderr ? text(child.stderr) : Promise.resolve('');
  child.stdout?.resume();
  await once(child, 'exit');
  return { code: child.exitCode, errors: await errors };
}

it('finds a picture that is registered twice, lists it once for the examiners, and the same after it was killed half-way as in one run', async () => {
  const state = join(folder, 'home/provinces/zhejiang/self-comparison.jsonl');
  const killed = dedupe('killed.csv');
  const end = ended(killed);
  while ((readTextIfThere(state) ?? '').split('\n').length < 4 && killed.exitCode === null) await pause(5);
  killed.kill('SIGKILL');
  await end;
  expect(killed.signalCode).toBe('SIGKILL');

  expect(await ended(dedupe('resumed.csv'))).toMatchObject({ code: 0 });
  expect(await ended(dedupe('afresh.csv', '--afresh', '--worklist'))).toMatchObject({ code: 0 });
  expect(await ended(dedupe('again.csv', '--worklist'))).toMatchObject({ code: 0 });
  const [resumed, afresh] = await Promise.all(
    ['resumed', 'afresh'].map((name) => readFile(join(folder, `${name}.csv`), 'utf8')),
  );
  expect(resumed).toBe(afresh);

  const rows: string[][] = parse(afresh ?? '', { bom: true });
  expect(rows).toHaveLength(2);
  expect(rows[1]).toEqual(
    expect.arrayContaining(['1', '浙作登字-2021-F-00012345', "'=1+1", '1.0000', '同一图片']),
  );
  const entries = (await readAuditLog(dataSource, 'zhejiang', 0, 10)).map(({ entry }) => entry).join('\n');
  expect(entries).toContain('"type":"registry.self-compared"');

  const items = await new PostgresWorklist(dataSource, 'zhejiang').list({ limit: 10 });
  expect(items.map(({ score, transform, steps }) => [score, transform, steps])).toEqual([[1, null, []]]);
  expect(entries.match(/"added":\d/g)).toEqual(['"added":1', '"added":0']);
}, 180_000);
