import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Cosigning,
  ED25519_NOTE,
  formatVerifierKey,
  parseNote,
  verifyCosignatures,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { createOutsideWitnesses, type OutsideWitnesses } from '#libs/log-service';
import { createTestAuthority } from '../certificates.js';
import { createParties, entriesOf, hasher, signedLog, type Parties, type SignedLog } from './parties.js';

/** A Python that has the package aics-witness (PyPI); without one there is nobody else's witness to ask. */
const python = process.env['WEFT_AICS_PYTHON'] ?? '';
const NAME = 'witness.example/aics';
const ORIGIN = 'weft/zhejiang';

let folder: string;
let process_: ChildProcess;
let proxy: Server;
let parties: Parties;
let log: SignedLog;
let outside: OutsideWitnesses;
const said: string[] = [];

const aics = (...rest: string[]) =>
  execFileSync(python, ['-m', 'aics_witness', ...rest], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, AICS_WITNESS_CONFIG: join(folder, 'witness.json') },
  });

/** What stands before such a witness: it speaks HTTP, and a directory names an https:// address. */
async function startProxy(port: number): Promise<{ url: string; ca: Buffer }> {
  const authority = await createTestAuthority();
  const { certificate: cert, key } = await authority.issue({
    commonName: 'witness',
    dnsName: 'localhost',
    uri: 'urn:example:witness',
  });
  proxy = createServer({ cert, key }, (incoming, response) => {
    const { method, url: path, headers } = incoming;
    const passed = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.writeHead(502).end());
    incoming.pipe(passed);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return { url: `https://localhost:${(proxy.address() as AddressInfo).port}`, ca: authority.ca };
}

async function until(running: Cosigning, wanted: (size: number, problem: string | null) => boolean) {
  for (let tries = 0; tries < 800; tries += 1) {
    const [state] = running.state.witnesses;
    if (state && wanted(state.size, state.problem)) return;
    await pause(25);
  }
  throw new Error(JSON.stringify(running.state));
}

async function cosigning(work: (running: Cosigning) => Promise<void>): Promise<void> {
  const running = new Cosigning({
    log: parties.log('zhejiang'),
    hasher,
    store: log.store,
    witnesses: outside.clients,
    report: {
      unwitnessed: () => undefined,
      witnessed: () => undefined,
      refused: (name, problem) => said.push(`${name}: ${problem}`),
    },
    wait: (milliseconds, signal) => pause(milliseconds, undefined, { signal }).catch(() => undefined),
    now: () => new Date(),
  });
  running.start();
  await work(running).finally(() => running.stop());
}

async function grow(running: Cosigning, entries: readonly string[]): Promise<void> {
  await log.grow(entries);
  const head = await log.store.newest();
  if (head) running.wake(head);
}

async function open(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'weft-aics-'));
  said.length = 0;
  const vkey = /^\S+\+[0-9a-f]{8}\+\S+$/m.exec(aics('init', '--name', NAME))?.[0] ?? '';
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const { url, ca } = await startProxy(port);
  parties = await createParties([{ vkey, url }]);
  const publicKey = Buffer.from(parties.logKey.x, 'base64url');
  const logKey = formatVerifierKey(nodeLogCrypto.sha256, { name: ORIGIN, type: ED25519_NOTE, publicKey });
  aics('add-log', '--origin', ORIGIN, '--vkey', logKey);
  process_ = spawn(python, ['-m', 'aics_witness', 'serve', '--listen', `127.0.0.1:${port}`], {
    env: { ...process.env, AICS_WITNESS_CONFIG: join(folder, 'witness.json') },
    stdio: 'ignore',
  });
  log = await signedLog(parties);
  outside = createOutsideWitnesses(parties.directory, nodeLogCrypto, ca);
}

async function close(): Promise<void> {
  outside.close();
  process_.kill();
  if (process_.exitCode === null) await once(process_, 'exit');
  proxy.close();
  proxy.closeAllConnections();
  await rm(folder, { recursive: true });
}

const tests = (): void => {
  beforeEach(open);
  afterEach(close);

  it('cosigns our log as it grows, by cosignatures that our directory verifies', async () => {
    await cosigning(async (running) => {
      for (const [count, size] of [
        [3, 3],
        [300, 303],
        [700, 1_003],
      ] as const) {
        await grow(running, entriesOf(count, `to ${size}`));
        await until(running, (cosigned) => cosigned === size);
      }
    });
    const head = await log.store.newest();
    const note = parseNote(`${head?.note ?? ''}${(await log.store.cosignatures(1_003)).join('')}`);
    const known = verifyCosignatures(note, parties.log('zhejiang').witnesses);
    expect(known.map(({ verifier }) => verifier.name)).toEqual([NAME]);
    expect(Math.abs((known[0]?.timestamp ?? 0) - Date.now() / 1_000)).toBeLessThan(60);
  });

  it('cosigns no second history of it, and keeps the proof', async () => {
    await cosigning(async (running) => {
      await grow(running, entriesOf(5));
      await until(running, (size) => size === 5);
    });
    log = await signedLog(parties);
    await cosigning(async (running) => {
      await grow(running, entriesOf(9, 'another'));
      await until(running, (_size, problem) => problem?.includes('422') ?? false);
    });
    expect(await log.store.cosignatures(9)).toEqual([]);
    expect(aics('evidence', '--origin', ORIGIN)).toContain(ORIGIN);
  });
};

if (python !== '') describe('a witness that others wrote (aics-witness)', tests);
else
  it('that others wrote is asked where WEFT_AICS_PYTHON names a Python that has one', () => {
    console.warn('Left out: the tests on a witness that others wrote (aics-witness)');
    expect(python).toBe('');
  });
