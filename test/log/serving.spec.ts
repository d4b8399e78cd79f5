import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  FederationLogError,
  integrate,
  openCheckpoint,
  readEntryBundle,
  type LogStore,
  type SigningDeps,
} from '#libs/federation-log';
import { createLogHandler, listenForReaders, type LogListener } from '#libs/log-service';
import { pino } from 'pino';
import { exportLog } from '../../apps/cli/src/log/export-log.js';
import { createTestAuthority, type TestAuthority } from '../certificates.js';
import { FakeRevocations } from '../fakes/revocations.js';
import { createFakeLogStore, type FakeLogStore } from '../fakes/log-store.js';
import { signingDeps } from './signing.js';

const ENTRIES = 600;
const IMMUTABLE = 'public, max-age=31536000, immutable';
const silent = pino({ level: 'silent' });

let store: FakeLogStore;
let deps: SigningDeps;
let server: Server;
let origin: string;

beforeAll(async () => {
  store = createFakeLogStore();
  deps = await signingDeps(store);
  for (let n = 0; n < ENTRIES; n += 1) await store.append(Buffer.from(`entry ${n}`));
  await integrate(deps);
  await store.append(Buffer.from('not signed yet'));
  server = createServer(createLogHandler(store, '/log/', 'public', silent)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server?.close());

const get = (path: string, init?: RequestInit) => fetch(`${origin}/log/${path}`, init);

describe('a log as files over HTTP', () => {
  it('has a checkpoint that its key signed, never kept by a cache', async () => {
    const response = await get('checkpoint');
    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('cache-control'),
    ]).toEqual([200, 'text/plain; charset=utf-8', 'no-cache']);
    expect(openCheckpoint(await response.text(), deps.origin, deps.keys).size).toBe(ENTRIES);
  });

  it('shows the cosignatures that were added to the checkpoint', async () => {
    const line = '— weft/shandong/witness c2lnbmF0dXJl\n';
    await store.cosign(ENTRIES, 'weft/shandong/witness', line);
    const text = await (await get('checkpoint')).text();
    expect(text.endsWith(line)).toBe(true);
    expect(openCheckpoint(text, deps.origin, deps.keys).note.signatures).toHaveLength(2);
  });

  it.each([
    ['tile/0/000', 8_192],
    ['tile/0/002.p/88', 88 * 32],
    ['tile/0/001.p/7', 7 * 32],
    ['tile/1/000.p/2', 64],
  ])('has %s, which never changes', async (path, bytes) => {
    const response = await get(path);
    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('cache-control'),
    ]).toEqual([200, 'application/octet-stream', IMMUTABLE]);
    expect((await response.arrayBuffer()).byteLength).toBe(bytes);
  });

  it('has bundles of entries, compressed for who asks', async () => {
    for (const encoding of ['gzip', 'identity']) {
      const response = await get('tile/entries/002.p/88', { headers: { 'accept-encoding': encoding } });
      expect(response.headers.get('content-encoding')).toBe(encoding === 'gzip' ? 'gzip' : null);
      expect([response.headers.get('vary'), response.headers.get('cache-control')]).toEqual([
        'Accept-Encoding',
        IMMUTABLE,
      ]);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const entries = readEntryBundle(bytes, { level: 'entries', index: 2, width: 88 });
      expect(entries.map((entry) => Buffer.from(entry).toString())).toEqual(
        Array.from({ length: 88 }, (_, n) => `entry ${512 + n}`),
      );
    }
  });

  it('has nothing else: not what is not signed yet, nor another form of a path', async () => {
    for (const path of [
      '',
      'checkpoint/',
      'checkpoint?x=1',
      'tile/entries/002.p/89',
      'tile/entries/002',
      'tile/0/003',
      'tile/0/0',
      'tile/0/x000/000',
      'tile/2/000.p/1',
      'tile/0/000.p/256',
      'tile/0/000.p/0',
      'tile/9/000',
      'tile/-1/000',
      'tile/0/..%2f000',
      `tile/0/${'x999/'.repeat(60)}999`,
    ]) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
    expect((await fetch(`${origin}/elsewhere/checkpoint`)).status).toBe(404);
  });

  it('answers HEAD without a body, and refuses what would write', async () => {
    const head = await get('tile/0/000', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), (await head.arrayBuffer()).byteLength]).toEqual([
      200,
      '8192',
      0,
    ]);
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const refused = await get('checkpoint', { method });
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('has no checkpoint while it is empty, and says 500 where it cannot be read', async () => {
    const empty = createServer(createLogHandler(createFakeLogStore(), '/log/', 'public', silent)).listen(
      0,
      '127.0.0.1',
    );
    const broken: LogStore = {
      ...store,
      newest: async () => Promise.reject(new FederationLogError('DAMAGED', 'log: GEHEIM')),
    };
    const damaged = createServer(createLogHandler(broken, '/log/', 'public', silent)).listen(0, '127.0.0.1');
    await Promise.all([once(empty, 'listening'), once(damaged, 'listening')]);
    const at = (one: Server) => `http://127.0.0.1:${(one.address() as AddressInfo).port}/log/checkpoint`;
    try {
      expect((await fetch(at(empty))).status).toBe(404);
      const response = await fetch(at(damaged));
      expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('GEHEIM')]);
    } finally {
      empty.close();
      damaged.close();
    }
  });
});

describe('a log that is written as files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weft-log-'));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));
  const read = async (path: string) => new Uint8Array(await (await get(path)).arrayBuffer());

  it('is whole: every tile, bundle and the checkpoint', async () => {
    const exported = await exportLog(read, join(folder, 'log'));
    expect(exported).toMatchObject({ origin: 'weft/zhejiang', size: ENTRIES, files: 8 });
    await expect(exportLog(read, join(folder, 'log'))).rejects.toThrow(/not empty/);
  });

  it('has no checkpoint if its entries do not give the root', async () => {
    const altered = async (path: string) => {
      const bytes = await read(path);
      if (path === 'tile/entries/001') bytes[103] = (bytes[103] ?? 0) ^ 1;
      return bytes;
    };
    await expect(exportLog(altered, join(folder, 'log'))).rejects.toThrow(/do not give the root/);
    const cut = async (path: string) => (await read(path)).slice(0, path === 'tile/0/001' ? 100 : undefined);
    await expect(exportLog(cut, join(folder, 'cut'))).rejects.toThrow(/tile\/0\/001: has 100 bytes/);
    expect([existsSync(join(folder, 'log/checkpoint')), existsSync(join(folder, 'cut/checkpoint'))]).toEqual([
      false,
      false,
    ]);
  });
});

describe('the listener for readers of a log', () => {
  let authority: TestAuthority;
  let listener: LogListener | undefined;
  beforeAll(async () => {
    authority = await createTestAuthority();
  });
  afterEach(async () => listener?.close());

  async function listen(open: boolean, revocations?: FakeRevocations): Promise<number> {
    const port = await freePort();
    const tls = { ...(await authority.coordinator()), revocations };
    const handler = createLogHandler(store, '/log/', open ? 'public' : 'private', silent);
    listener = await listenForReaders({ host: '127.0.0.1', port }, tls, open, handler);
    return port;
  }

  it('lets holders of a certificate of the federation read, and nobody else', async () => {
    const port = await listen(false);
    const member = await authority.province('shandong');
    const { ca, certificate, key } = member;
    expect(await status({ port, ca, cert: certificate, key })).toBe(200);
    await expect(status({ port, ca })).rejects.toThrow();
    const stranger = await (await createTestAuthority()).province('shandong');
    await expect(status({ port, ca, cert: stranger.certificate, key: stranger.key })).rejects.toThrow();
  });

  it('refuses a revoked certificate, and all of them while there is no list that counts', async () => {
    const revocations = new FakeRevocations();
    const port = await listen(false, revocations);
    const { ca, certificate, key } = await authority.province('shandong');
    const options = { port, ca, cert: certificate, key };
    expect(await status(options)).toBe(200);
    revocations.parties.add('shandong');
    expect(await status(options)).toBe(403);
    revocations.parties.clear();
    revocations.stale = 'the list is too old';
    expect(await status(options)).toBe(403);
  });

  it('lets anybody read where it is so configured', async () => {
    const port = await listen(true);
    const { ca } = await authority.coordinator();
    expect(await status({ port, ca })).toBe(200);
  });
});

function status(options: RequestOptions): Promise<number | undefined> {
  const whole = {
    host: '127.0.0.1',
    path: '/log/checkpoint',
    servername: 'coordinator.weft',
    agent: false,
    ...options,
  };
  return new Promise((resolve, reject) => {
    request(whole, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

async function freePort(): Promise<number> {
  const probe = createNetServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
