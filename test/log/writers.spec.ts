import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Frontier,
  checkStoredLog,
  generateSigningKey,
  integrate,
  type SigningDeps,
} from '#libs/federation-log';
import { loadLogIdentity } from '#libs/identity';
import { createDataSource, createLastSignedFile, migrate, PostgresLogStore } from '#libs/persistence';
import type { DataSource } from 'typeorm';
import { freshDatabase, type FreshDatabase } from '../postgres.js';

const WRITER = resolve(import.meta.dirname, 'writer.mjs');
const ORIGIN = 'zhejiang';
/** 200 for the long run, and 10,000. */
const KILLS = Number(process.env['WEFT_LOG_KILLS'] ?? 10);
const APPENDS = Number(process.env['WEFT_LOG_APPENDS'] ?? 2_000);
const UNTIL_KILLED = 1_000_000;

let folder: string;
let database: FreshDatabase;
let dataSource: DataSource;
let deps: SigningDeps;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-writers-'));
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  await writeFile(join(folder, 'log.jwk'), JSON.stringify(await generateSigningKey()), { mode: 0o600 });
  deps = {
    ...(await loadLogIdentity({ province: ORIGIN }, join(folder, 'log.jwk'))),
    store: new PostgresLogStore(dataSource, ORIGIN),
    lastSigned: createLastSignedFile(join(folder, 'signed-0.json')),
  };
});

afterEach(async () => {
  await dataSource?.destroy();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A writer's process. */
interface Writer {
  /** Subjects of the entries that were acknowledged to it so far. */
  readonly acknowledged: string[];
  readonly ready: Promise<void>;
  /** Resolves with what it said on standard error when it ends. */
  readonly ended: Promise<string>;
  kill(): void;
}

function startWriter(name: string, count: number, signedFile: string): Writer {
  const child = spawn(process.execPath, [WRITER], { stdio: ['pipe', 'pipe', 'pipe'] });
  const settings = { url: database.url, name, count, keyFile: join(folder, 'log.jwk'), signedFile };
  child.stdin.end(JSON.stringify(settings));
  const acknowledged: string[] = [];
  let [rest, errors] = ['', ''];
  let isReady: () => void;
  const ready = new Promise<void>((done) => (isReady = done));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === 'ready') isReady();
      else acknowledged.push(line);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close').then(() => errors);
  return {
    acknowledged,
    ready: Promise.race([ready, ended.then(() => undefined)]),
    ended,
    kill: () => child.kill('SIGKILL'),
  };
}

describe('the log of a process that is killed', () => {
  it(`holds every entry that was acknowledged, and one history, after ${KILLS} kills at random points`, async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < KILLS; round += 1) {
      const writer = startWriter(`round${round}`, UNTIL_KILLED, join(folder, 'signed-0.json'));
      await writer.ready;
      await pause(Math.random() * 400);
      writer.kill();
      expect(await writer.ended).toBe('');
      acknowledged.push(...writer.acknowledged);
    }
    expect(acknowledged.length).toBeGreaterThan(KILLS);
    await expectOneWholeLog(acknowledged);
  }, 1_200_000);
});

describe('two processes that append to one log and sign it', () => {
  it(`never fork it over ${APPENDS} appends, and lose none`, async () => {
    const writers = [1, 2].map((number) =>
      startWriter(`writer${number}`, APPENDS / 2, join(folder, `signed-${number}.json`)),
    );
    const errors = await Promise.all(writers.map(({ ended }) => ended));
    expect(errors).toEqual(['', '']);
    const acknowledged = writers.flatMap((writer) => writer.acknowledged);
    expect(acknowledged).toHaveLength(APPENDS);
    expect(await expectOneWholeLog(acknowledged)).toBe(APPENDS);
  }, 600_000);
});

/**
 * Signs what is left, then reads the whole log: every acknowledged entry stands in it once, and every checkpoint that was ever
 * signed is of a beginning of it.
 * @returns its size
 */
async function expectOneWholeLog(acknowledged: readonly string[]): Promise<number> {
  while ((await integrate(deps)).then !== 'done');
  const size = await checkStoredLog(deps, deps.store, async () => true);
  expect(size).toBe(await deps.store.committed());
  const checkpoints = await dataSource.query<{ size: string; root: Buffer }[]>(
    'SELECT size, root FROM log_checkpoint WHERE origin = $1 ORDER BY size',
    [ORIGIN],
  );
  const roots = new Map(checkpoints.map(({ size: at, root }) => [Number(at), root.toString('hex')]));
  expect(roots.size).toBeGreaterThan(1);
  const found = new Map<string, number>();
  const tree = Frontier.empty(deps.hasher);
  for (let from = 0; from < size; from += 4_096) {
    for (const entry of await deps.store.entries(from, 4_096)) {
      const { subject } = JSON.parse(Buffer.from(entry).toString()) as { subject: string };
      found.set(subject, (found.get(subject) ?? 0) + 1);
      tree.append(deps.hasher.leaf(entry));
      const signed = roots.get(tree.size);
      if (signed !== undefined)
        expect([tree.size, Buffer.from(tree.root()).toString('hex')]).toEqual([tree.size, signed]);
      roots.delete(tree.size);
    }
  }
  expect([...roots.keys()]).toEqual([]);
  expect(acknowledged.filter((subject) => found.get(subject) !== 1)).toEqual([]);
  return size;
}
