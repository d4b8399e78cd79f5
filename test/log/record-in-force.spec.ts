import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Directory, UnderstoodKey } from '#libs/federation-log';
import {
  createAuditLog,
  createDataSource,
  migrate,
  PostgresEntryFinder,
  readAuditLog,
} from '#libs/persistence';
import type { AuditLog } from '#libs/registry';
import { type FreshDatabase, freshDatabase } from '../postgres.js';
import { recordInForce } from '#libs/log-service';

const MODEL = `sha256:${'1'.repeat(64)}`;
const NEXT = `sha256:${'2'.repeat(64)}`;
const digestOf = (epoch: number) => `sha256:${String(epoch).repeat(64)}`;

let database: FreshDatabase;
let dataSource: Awaited<ReturnType<typeof createDataSource>>;

beforeEach(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
});

afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

const keyOf = (kid: string, change: Partial<UnderstoodKey> = {}): UnderstoodKey => ({
  ...{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid, use: 'statement' },
  ...change,
});
const endpoint = { address: '127.0.0.1:1', tlsName: 'x.weft' };

function directory(change: Partial<Directory> = {}): Directory {
  const calibration = {
    id: 'cal-test',
    modelDigest: MODEL,
    duplicateAt: 0.9,
    suspectedAt: 0.8,
    gallery: 1,
    background: [],
  };
  return {
    kind: 'weft.directory.v1',
    epoch: 1,
    issuedAt: '2026-11-01T00:00:00.000Z',
    members: [{ province: 'zhejiang', ...endpoint, keys: [keyOf('a'), keyOf('b', { use: 'log' })] }],
    coordinator: { ...endpoint, keys: [keyOf('c')] },
    calibration,
    ...change,
  };
}

const start = (log: AuditLog, inForce: Directory, served = [MODEL]) => {
  const entries = new PostgresEntryFinder(dataSource, 'zhejiang');
  return recordInForce(
    log,
    (type, subject) => entries.lastInForce(type, subject),
    { directory: inForce, directoryDigest: digestOf(inForce.epoch), served },
    { kind: 'program', name: 'province-node' },
    '2026-11-02T06:00:00.000Z',
  );
};

const told = async (from = 0) =>
  (await readAuditLog(dataSource, 'zhejiang', from, 100)).map(({ entry }) => {
    const { type, subject, details } = JSON.parse(entry) as {
      type: string;
      subject: string;
      details: object;
    };
    return { type, subject, details };
  });

test('what is in force is recorded when it changed, and only then', async () => {
  const log = createAuditLog(dataSource, 'zhejiang');
  await start(log, directory());
  expect(await told()).toMatchObject([
    {
      type: 'directory.changed',
      subject: null,
      details: { epoch: 1, beforeEpoch: null, beforeDigest: null },
    },
    { type: 'key.changed', subject: 'zhejiang', details: { keys: ['log b', 'statement a'] } },
    { type: 'key.changed', subject: 'coordinator', details: { keys: ['statement c'] } },
    { type: 'model.changed', details: { modelDigest: MODEL, nextModelDigest: null, served: [MODEL] } },
  ]);
  await start(log, directory());
  expect(await told(4)).toEqual([]);

  const [member] = directory().members;
  const revoked = [
    keyOf('a', { revoked: [{ log: 'weft/zhejiang', from: 4 }] }),
    keyOf('d'),
    keyOf('b', { use: 'log' }),
  ];
  const second = directory({ epoch: 2, members: member ? [{ ...member, keys: revoked }] : [] });
  await start(log, second, [NEXT, MODEL]);
  await start(log, second, [NEXT, MODEL]);
  expect(await told(4)).toMatchObject([
    { type: 'directory.changed', details: { epoch: 2, beforeEpoch: 1, beforeDigest: digestOf(1) } },
    {
      type: 'key.changed',
      subject: 'zhejiang',
      details: { keys: ['log b', 'statement a revoked', 'statement d'] },
    },
    { type: 'model.changed', details: { epoch: 2, served: [NEXT, MODEL] } },
  ]);
  await start(log, directory(), [NEXT, MODEL]);
  expect(await told(7)).toMatchObject([
    { type: 'directory.changed', details: { epoch: 1, beforeEpoch: 2 } },
    { type: 'key.changed', subject: 'zhejiang', details: { keys: ['log b', 'statement a'] } },
  ]);
});

test('a start fails if what is in force cannot be recorded', async () => {
  const full: AuditLog = { append: () => Promise.reject(new Error('the log is full')) };
  await expect(start(full, directory())).rejects.toThrow('the log is full');
});
