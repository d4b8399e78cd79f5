import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { MODEL_DIGEST } from '#libs/fingerprint';
import { createDataSource, migrate } from '#libs/persistence';
import { pino } from 'pino';
import { z } from 'zod';
import { locateHome, makeHome } from '../../apps/cli/src/home/weft-home.js';
import { ensureDevelopmentKeys } from '../../apps/cli/src/keys/development-keys.js';
import { parseConfig } from '../../apps/province-node/src/config.js';
import { startNode } from '../../apps/province-node/src/start/start-node.js';
import { MilvusLite, milvusMissing } from '../milvus.js';
import { freePorts } from '../ports.js';
import { type FreshDatabase, freshDatabase } from '../postgres.js';

const MAIN = resolve(import.meta.dirname, '../../dist/apps/province-node/src/main.js');
const MEMBERS = ['zhejiang', 'shandong'];
const lineSchema = z.looseObject({ level: z.number(), msg: z.string() });

let folder: string;
let database: FreshDatabase;
/** Of the coordinator and of each member, where they stand in the directory; and of what one node listens on besides. */
let ports: { coordinator: number; members: number[]; http: number; metrics: number; nobody: number };
let env: Record<string, string>;

/** A home with keys and a directory for this model. */
async function makeFederation(root: string, modelDigest: string): Promise<void> {
  const home = locateHome({ home: root });
  makeHome(home, MEMBERS);
  await ensureDevelopmentKeys(home, {
    members: MEMBERS,
    addresses: {
      coordinator: `127.0.0.1:${ports.coordinator}`,
      nodes: new Map(MEMBERS.map((province, place) => [province, `127.0.0.1:${ports.members[place]}`])),
    },
    calibration: {
      id: 'cal-test',
      modelDigest,
      duplicateAt: 0.9,
      suspectedAt: 0.8,
      gallery: 1_000,
      background: [],
    },
    clock: { now: () => new Date() },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-start-'));
  const [coordinator = 0, http = 0, metrics = 0, nobody = 0, ...members] = await freePorts(6);
  ports = { coordinator, members, http, metrics, nobody };
  database = await freshDatabase();
  await makeFederation(join(folder, 'home'), MODEL_DIGEST);
  const keys = join(folder, 'home/provinces/zhejiang');
  await writeFile(join(keys, 'database-url'), `${database.url}\n`, { mode: 0o600 });
  env = {
    WEFT_PROVINCE: 'zhejiang',
    WEFT_DATABASE_URL_FILE: join(keys, 'database-url'),
    WEFT_GRPC_LISTEN: `127.0.0.1:${ports.members[0]}`,
    WEFT_HTTP_LISTEN: `127.0.0.1:${ports.http}`,
    WEFT_KEYS_DIR: keys,
    WEFT_DIRECTORY_FILE: join(folder, 'home/federation/directory.json'),
    WEFT_TRUST_FILE: join(folder, 'home/federation/trust.json'),
    WEFT_DATA_DIR: keys,
    WEFT_DEV_PEOPLE: 'on',
  };
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  /** Exit code and the events it logged, once it has ended. */
  readonly ended: Promise<{ code: number | null; lines: z.infer<typeof lineSchema>[]; errors: string }>;
}

function start(change: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', ...env, ...change },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('no output');
  const ended = Promise.all([text(stdout), text(stderr), once(child, 'exit')]).then(([out, errors]) => ({
    code: child.exitCode,
    lines: out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => lineSchema.parse(JSON.parse(line))),
    errors,
  }));
  return { child, ended };
}

async function untilReady(): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    const ready = await fetch(`http://${env['WEFT_HTTP_LISTEN']}/health/ready`).catch(() => undefined);
    if (ready?.ok) return;
    await pause(100);
  }
  throw new Error('the node is not ready within 30 s');
}

/** A copy of the node's keys to damage. */
async function keysCopy(): Promise<string> {
  const copy = await mkdtemp(join(folder, 'keys-'));
  await cp(env['WEFT_KEYS_DIR'] ?? '', copy, { recursive: true });
  return copy;
}

async function expectRefusal(change: Record<string, string>, line: RegExp): Promise<void> {
  const started = startNode(parseConfig({ ...env, ...change }), pino({ level: 'silent' }));
  await expect(started).rejects.toThrow(line);
}

describe('a node that cannot start says in one line what is wrong and how to mend it', () => {
  it('on its standard output, and exits with code 1', async () => {
    const { code, lines, errors } = await start({ WEFT_KEYS_DIR: '' }).ended;
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
    expect(lines).toMatchObject([{ level: 60, msg: 'WEFT_KEYS_DIR: is not set; set it in the environment' }]);
  });

  it('a directory that is not there', () =>
    expectRefusal({ WEFT_DIRECTORY_FILE: join(folder, 'none') }, /none: does not exist; make it/));

  it('a Milvus that is not there, or whose credentials others can read', async () => {
    const milvus = { WEFT_INDEX: 'milvus', WEFT_MILVUS_ADDRESS: `127.0.0.1:${ports.nobody}` };
    await expectRefusal(milvus, /^WEFT_MILVUS_ADDRESS: the search engine cannot be used now; /);
    const file = join(folder, 'milvus-credentials');
    await writeFile(file, 'weft:geheim', { mode: 0o644 });
    await expectRefusal(
      { ...milvus, WEFT_MILVUS_CREDENTIALS_FILE: file },
      /milvus-credentials: its mode 0644/,
    );
  });

  it('a directory that was edited', async () => {
    const file = join(folder, 'edited.json');
    const directory = z
      .looseObject({ payload: z.string() })
      .parse(JSON.parse(await readFile(env['WEFT_DIRECTORY_FILE'] ?? '', 'utf8')));
    const payload = Buffer.from(directory.payload, 'base64url').toString().replace('0.9', '0.1');
    await writeFile(
      file,
      JSON.stringify({ ...directory, payload: Buffer.from(payload).toString('base64url') }),
    );
    await expectRefusal(
      { WEFT_DIRECTORY_FILE: file },
      /edited\.json: is not a valid directory \(BAD_SIGNATURE/,
    );
  });

  it('a province that is not a member', () =>
    expectRefusal({ WEFT_PROVINCE: 'jiangsu' }, /directory\.json: epoch 1 has no member jiangsu/));

  it('a key that the directory does not name', async () => {
    const keys = await keysCopy();
    await copyFile(join(folder, 'home/provinces/shandong/signing.jwk'), join(keys, 'signing.jwk'));
    await expectRefusal({ WEFT_KEYS_DIR: keys }, /signing\.jwk: is not a key of zhejiang in the directory/);
  });

  it('a key file that others may read', async () => {
    const keys = await keysCopy();
    await chmod(join(keys, 'signing.jwk'), 0o644);
    await expectRefusal(
      { WEFT_KEYS_DIR: keys },
      /signing\.jwk: its mode 0644 lets others at it; run: chmod 600/,
    );
  });

  it('a key file that is missing or damaged, without a word of it', async () => {
    const keys = await keysCopy();
    await writeFile(join(keys, 'signing.jwk'), 'GEHEIM');
    await expectRefusal({ WEFT_KEYS_DIR: keys }, /signing\.jwk: is not JSON; restore it/);
    await rm(join(keys, 'tls.key'));
    await copyFile(join(env['WEFT_KEYS_DIR'] ?? '', 'signing.jwk'), join(keys, 'signing.jwk'));
    await expectRefusal({ WEFT_KEYS_DIR: keys }, /tls\.key: does not exist/);
  });

  it("a certificate of another province, or not this key's", async () => {
    const keys = await keysCopy();
    await copyFile(join(folder, 'home/provinces/shandong/tls.crt'), join(keys, 'tls.crt'));
    await expectRefusal(
      { WEFT_KEYS_DIR: keys },
      /tls\.crt: and its key are damaged, or do not belong together/,
    );
    await copyFile(join(folder, 'home/provinces/shandong/tls.key'), join(keys, 'tls.key'));
    await expectRefusal({ WEFT_KEYS_DIR: keys }, /tls\.crt: does not name zhejiang/);
  });

  it('a federation that agreed on another model', async () => {
    const other = join(folder, 'other');
    await makeFederation(other, `sha256:${'a'.repeat(64)}`);
    await expectRefusal(
      {
        WEFT_KEYS_DIR: join(other, 'provinces/zhejiang'),
        WEFT_DIRECTORY_FILE: join(other, 'federation/directory.json'),
        WEFT_TRUST_FILE: join(other, 'federation/trust.json'),
      },
      /is calibrated for model sha256:aaaa.* and this node computes sha256:/,
    );
  });

  it('a directory of an earlier epoch than it was run with', async () => {
    const dataSource = await createDataSource(database.url);
    await migrate(dataSource);
    await dataSource.query(`INSERT INTO kept_directory VALUES (5, '{}')`);
    await expectRefusal(
      {},
      /directory\.json: is of epoch 1, and this node was run with epoch 5 already; install/,
    );
    await dataSource.query('DELETE FROM kept_directory');
    await dataSource.destroy();
  });

  it('a data folder that is missing, or is none', async () => {
    await expectRefusal({ WEFT_DATA_DIR: join(folder, 'nowhere') }, /nowhere: does not exist; make it/);
    await expectRefusal(
      { WEFT_DATA_DIR: env['WEFT_TRUST_FILE'] ?? '' },
      /trust\.json: is not a folder; name a folder/,
    );
  });

  it('a session key that is damaged', async () => {
    const keys = await keysCopy();
    await writeFile(join(keys, 'session.key'), 'short', { mode: 0o600 });
    await expectRefusal({ WEFT_KEYS_DIR: keys }, /session\.key: is not a session key of 32 bytes/);
  });

  it('a database that cannot be reached, without its password', async () => {
    const keys = await keysCopy();
    await writeFile(join(keys, 'database-url'), 'postgresql://weft:geheim@127.0.0.1:1/weft', { mode: 0o600 });
    const change = { WEFT_DATABASE_URL_FILE: join(keys, 'database-url') };
    await expectRefusal(
      change,
      /^(?!.*geheim).*database weft at 127\.0\.0\.1:1 cannot be used.*; start the server/,
    );
    await writeFile(join(keys, 'database-url'), 'geheim');
    await expectRefusal(change, /^(?!.*geheim).*database-url: is not a PostgreSQL URL; write/);
  });

  it.each(['WEFT_HTTP_LISTEN', 'WEFT_GRPC_LISTEN'])('a port that is taken: %s', async (variable) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const taken = typeof address === 'object' ? (address?.port ?? 0) : 0;
    try {
      await expectRefusal(
        { [variable]: `127.0.0.1:${taken}` },
        new RegExp(`127\\.0\\.0\\.1:${taken} \\(${variable}\\): is taken; stop the program`),
      );
    } finally {
      other.close();
    }
  });
});

describe('a node that starts', () => {
  it('makes its session key and its development people, readable by its owner alone, and stops on SIGTERM', async () => {
    const metricsListen = `127.0.0.1:${ports.metrics}`;
    const { child, ended } = start({ WEFT_METRICS_LISTEN: metricsListen });
    await untilReady();
    const figures = await (await fetch(`http://${metricsListen}/metrics`)).text();
    for (const line of ['weft_ready 1', 'weft_registry_patterns 0', 'weft_log_phase{phase="signing"} 1'])
      expect(figures).toContain(line);
    for (const file of ['session.key', 'people.json'])
      expect((await stat(join(env['WEFT_KEYS_DIR'] ?? '', file))).mode & 0o777).toBe(0o600);
    const people = await readFile(join(env['WEFT_KEYS_DIR'] ?? '', 'people.json'), 'utf8');
    const [examiner] = z
      .array(z.object({ user: z.string(), password: z.string() }))
      .parse(JSON.parse(people));
    const session = await fetch(`http://${env['WEFT_HTTP_LISTEN']}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: examiner?.user, password: examiner?.password }),
    });
    expect(session.status).toBe(200);
    child.kill('SIGTERM');
    const { code, lines, errors } = await ended;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    // The other members, whose logs it copies, are not there.
    const own = lines.map(({ msg }) => msg).filter((msg) => !msg.startsWith('the copy of a log'));
    expect(own).toEqual([
      'no revocation list is configured: a revoked certificate is not noticed',
      'ready',
      'stopping',
      'stopped',
    ]);
    expect(JSON.stringify(lines)).not.toContain(examiner?.password);
  });

  it('answers the federation alone where it stands beside the node of its province', async () => {
    const keys = await keysCopy();
    const own = { WEFT_REPLICA: 'on', WEFT_KEYS_DIR: keys, WEFT_DATA_DIR: keys };
    const { child, ended } = start(own);
    await untilReady();
    const session = await fetch(`http://${env['WEFT_HTTP_LISTEN']}/api/v1/session`, { method: 'POST' });
    expect(session.status).toBe(403);
    expect(await session.json()).toMatchObject({ error: { code: 'FORBIDDEN', field: 'path' } });
    child.kill('SIGTERM');
    const { code, lines } = await ended;
    expect([code, lines.at(-1)?.msg]).toEqual([0, 'stopped']);
    // It copies no logs, as the node of its province does.
    expect(lines.map(({ msg }) => msg).filter((msg) => msg.startsWith('the copy of a log'))).toEqual([]);
  });

  it('keeps people and sessions over a restart, and ends with its parent', async () => {
    const { child, ended } = start({ WEFT_PARENT: 'ipc' });
    await untilReady();
    child.disconnect();
    const { code, lines } = await ended;
    expect(code).toBe(0);
    expect(lines.at(-2)).toMatchObject({ msg: 'stopping', reason: 'the parent is gone' });
  });
});

if (milvusMissing === '')
  it('searches in the Milvus of its province where it is told to', async () => {
    const engine = await MilvusLite.start();
    const milvus = { WEFT_INDEX: 'milvus', WEFT_MILVUS_ADDRESS: engine.address };
    const node = await startNode(parseConfig({ ...env, ...milvus }), pino({ level: 'silent' }));
    await untilReady();
    await node.stop();
    await engine.stop();
  });
