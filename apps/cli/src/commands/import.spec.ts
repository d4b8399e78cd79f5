import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import sharp from 'sharp';
import { z } from 'zod';
import { createDataSource, createRegistry, migrate } from '#libs/persistence';
import { type Registry } from '#libs/registry';
import { freshDatabase, type FreshDatabase } from '../../../../test/postgres.js';
import { projectRoot } from '../home/project-root.js';

/** Three transactions' worth. */
const PICTURES = 150;
const TIMEOUT_MS = 180_000;
const HEADINGS = ['registration_number', 'registration_date', 'title', 'category', 'owner', 'picture'];
const summarySchema = z.object({
  province: z.string(),
  imported: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  rejected: z.number(),
  seconds: z.number(),
  perSecond: z.number(),
  rejectsFile: z.string().nullable(),
  interrupted: z.boolean(),
});

const weft = join(projectRoot(), 'apps', 'cli', 'bin', 'weft.mjs');

let folder: string;
let database: FreshDatabase;
let env: NodeJS.ProcessEnv;
let registry: Registry;
let close: () => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-cli-import-'));
  database = await freshDatabase();
  env = { ...process.env, WEFT_HOME: join(folder, 'home'), WEFT_DATABASE_URL_ZHEJIANG: database.url };
  await mkdir(join(folder, 'pictures'));
  const dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  registry = createRegistry(dataSource, 'zhejiang');
  close = () => dataSource.destroy();
});

afterEach(async () => {
  await close();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function drawRegistry(): Promise<string[]> {
  for (let place = 1; place <= PICTURES; place += 1) {
    const bytes = createHash('sha512').update(`field ${place}`).digest();
    await sharp(bytes.subarray(0, 48), { raw: { width: 4, height: 4, channels: 3 } })
      .resize(96, 96, { kernel: 'nearest' })
      .png()
      .toFile(join(folder, 'pictures', `${place}.png`));
  }
  return writeRegistry();
}

/** The table alone. */
async function writeRegistry(): Promise<string[]> {
  const rows = [];
  for (let place = 1; place <= PICTURES; place += 1) {
    rows.push([`浙作登字-2021-F-${place}`, '2021-03-05', `花样${place}`, 'F', '某公司', `${place}.png`]);
  }
  const metadata = join(folder, 'metadata.csv');
  await writeFile(metadata, stringify([HEADINGS, ...rows]));
  return ['import', '--province', 'zhejiang', '--pictures', join(folder, 'pictures'), '--metadata', metadata];
}

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [weft, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr }),
    );
  });
}

/** Starts an import and ends it by a signal once part of the rows is committed. */
async function interrupt(args: readonly string[], signal: NodeJS.Signals) {
  const child = spawn(process.execPath, [weft, ...args], { env, stdio: 'ignore' });
  const gone = once(child, 'exit');
  while (child.exitCode === null && (await countRegistered()) === 0) await pause(50);
  child.kill(signal);
  await gone;
  return { code: child.exitCode, registered: await countRegistered() };
}

function countRegistered(): Promise<number> {
  return registry.head().then(({ searchable }) => searchable);
}

describe('weft import', () => {
  it(
    'goes on after kill -9 in the middle of it',
    async () => {
      const args = await drawRegistry();
      const killed = await interrupt(args, 'SIGKILL');
      expect(killed.registered).toBeGreaterThan(0);
      expect(killed.registered).toBeLessThan(PICTURES);
      const ended = await run('--json', ...args);
      expect(ended.code).toBe(0);
      expect(summarySchema.parse(JSON.parse(ended.stdout))).toMatchObject({
        province: 'zhejiang',
        imported: PICTURES - killed.registered,
        unchanged: killed.registered,
        rejected: 0,
        rejectsFile: null,
        interrupted: false,
      });
      expect(await countRegistered()).toBe(PICTURES);
    },
    TIMEOUT_MS,
  );

  it(
    'ends in order on Ctrl-C: what it took is committed',
    async () => {
      const { code, registered } = await interrupt(await drawRegistry(), 'SIGINT');
      expect(code).toBe(130);
      expect(registered).toBeLessThan(PICTURES);
    },
    TIMEOUT_MS,
  );

  it('ends with 1 if it could take no row, and says where it tells why', async () => {
    const args = await writeRegistry();
    const ended = await run('--json', ...args);
    expect(ended.code).toBe(1);
    expect(summarySchema.parse(JSON.parse(ended.stdout))).toMatchObject({
      imported: 0,
      rejected: PICTURES,
      rejectsFile: join(folder, 'metadata.rejects.csv'),
    });
  });

  it.each([
    [{ '--province': 'atlantis' }, 'atlantis'],
    [{ '--pictures': '/nowhere' }, '/nowhere'],
    [{ '--metadata': '/nowhere.csv' }, '/nowhere.csv'],
  ])('says what is wrong with %j before it touches anything', async (changed, named) => {
    await writeFile(join(folder, 'metadata.csv'), `${HEADINGS.join(',')}\n`);
    const options = {
      '--province': 'zhejiang',
      '--pictures': join(folder, 'pictures'),
      '--metadata': join(folder, 'metadata.csv'),
      ...changed,
    };
    const ended = await run('import', ...Object.entries(options).flat());
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(named);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});
