import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { policyOfDirectory } from '#libs/audit';
import {
  Cosigning,
  parseNote,
  verifyCosignatures,
  type CosigningState,
  type WitnessClient,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { createOutsideWitnesses, type OutsideWitnesses } from '#libs/log-service';
import { HttpWitness } from '../fakes/http-witness.js';
import {
  createParties,
  entriesOf,
  hasher,
  MEMBERS,
  signedLog,
  type Parties,
  type SignedLog,
} from './parties.js';

let folder: string;
let witness: HttpWitness;
let parties: Parties;
let log: SignedLog;
let outside: OutsideWitnesses;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-outside-'));
  witness = await HttpWitness.create(folder);
  await witness.start();
  parties = await createParties([{ vkey: witness.vkey, url: witness.url }]);
  witness.logs = parties.logs;
  log = await signedLog(parties);
  outside = createOutsideWitnesses(parties.directory, nodeLogCrypto, witness.ca);
  said = [];
});
afterEach(async () => {
  outside.close();
  await witness.stop();
  await rm(folder, { recursive: true });
});

const within = (milliseconds: number) => new Date(Date.now() + milliseconds);
const client = (): WitnessClient => {
  const [only, ...more] = outside.clients;
  if (!only || more.length > 0) throw new Error('one outside witness is needed');
  return only;
};

/** The log's side: it asks the outside witness alone, as long as `work` runs. */
async function cosigning<T>(work: (running: Cosigning) => Promise<T>): Promise<T> {
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
  try {
    return await work(running);
  } finally {
    await running.stop();
  }
}

async function grow(running: Cosigning, count: number): Promise<void> {
  await log.grow(entriesOf(count, `at ${(await log.store.newest())?.size ?? 0}`));
  const head = await log.store.newest();
  if (head) running.wake(head);
}

async function until(running: Cosigning, wanted: (state: CosigningState['witnesses'][number]) => boolean) {
  for (let tries = 0; tries < 400; tries += 1) {
    const [state] = running.state.witnesses;
    if (state && wanted(state)) return state;
    await pause(25);
  }
  throw new Error(JSON.stringify(running.state));
}

/** Who cosigned the log's checkpoint of so many entries, as whoever reads the directory sees it. */
async function cosigners(size: number): Promise<string[]> {
  const head = await log.store.newest();
  const note = parseNote(`${head?.note ?? ''}${(await log.store.cosignatures(size)).join('')}`);
  return verifyCosignatures(note, parties.log('zhejiang').witnesses).map(({ verifier }) => verifier.name);
}

describe('a witness outside of the federation', () => {
  it('cosigns over HTTPS what goes on, also after it and the log were started again', async () => {
    await cosigning(async (running) => {
      for (const count of [3, 300])
        await grow(running, count).then(() => until(running, ({ size }) => size > 0));
      await until(running, ({ size }) => size === 303);
    });
    expect(await cosigners(303)).toEqual(['witness.example/w1']);
    await witness.stop();
    await witness.start();
    witness.asked.length = 0;
    await cosigning(async (running) => {
      await grow(running, 2);
      await until(running, ({ size }) => size === 305);
    });
    // The log does not know where the witness stands: it is told by the first answer.
    expect(witness.asked).toEqual(['old 0', 'old 303']);
    expect(await cosigners(305)).toEqual(['witness.example/w1']);
    expect(said).toEqual([]);
  });

  it('counts as one more of those of whom two thirds are needed, for services and auditors alike', async () => {
    const trust = { kind: 'weft.trust.v1' as const, threshold: 1, founders: [] };
    const policy = policyOfDirectory(nodeLogCrypto.sha256, trust, parties.directory);
    const read = policy.logs.map(({ origin, quorum, witnesses }) => [origin, quorum, witnesses.length]);
    const run = [...parties.logs.values()].map(({ origin, quorum, witnesses }) => [
      origin,
      quorum,
      witnesses.length,
    ]);
    expect(read).toEqual(run);
    expect(read).toEqual([...MEMBERS.map((one) => [`weft/${one}`, 3, 4]), ['weft/coordinator', 4, 5]]);
    expect(policy.logs[0]?.witnesses.at(-1)).toEqual({ vkey: witness.vkey });
  });

  it('cosigns nothing of a second history, not even after a restart, and the log tells its operators', async () => {
    await cosigning(async (running) => {
      await grow(running, 5);
      await until(running, ({ size }) => size === 5);
    });
    await witness.stop();
    await witness.start();
    log = await signedLog(parties);
    await cosigning(async (running) => {
      await log.grow(entriesOf(5, 'another'));
      const head = await log.store.newest();
      if (head) running.wake(head);
      await until(running, ({ problem }) => problem?.includes('409') ?? false);
      await log.grow(entriesOf(3, 'more'));
      const longer = await log.store.newest();
      if (longer) running.wake(longer);
      await until(running, ({ problem }) => problem?.includes('422') ?? false);
    });
    expect(said[0]).toMatch(/^witness\.example\/w1: answered 409/);
    expect(said.at(-1)).toMatch(/^witness\.example\/w1: answered 422/);
    expect(await log.store.cosignatures(5)).toEqual([]);
    expect(await log.store.cosignatures(8)).toEqual([]);
    expect((await witness.store.head('weft/zhejiang'))?.size).toBe(5);
  });

  it('that does not know the log, or its key, says so once to the operators', async () => {
    witness.logs = new Map();
    await cosigning(async (running) => {
      await grow(running, 1);
      await until(running, ({ problem }) => problem?.includes('404') ?? false);
      witness.logs = (await createParties()).logs;
      await until(running, ({ problem }) => problem?.includes('403') ?? false);
      witness.logs = parties.logs;
      await until(running, ({ size }) => size === 1);
    });
    expect(said).toEqual([expect.stringContaining('answered 404'), expect.stringContaining('answered 403')]);
  });
});

describe('a witness over HTTP', () => {
  const send = async (path: string, init: RequestOptions, body = '') => {
    const { ca } = witness;
    const sent = request(`${new URL(witness.url).origin}${path}`, { ca, ...init });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks = await response.toArray();
    return [response.statusCode, response.headers['content-type'], Buffer.concat(chunks).toString()] as const;
  };

  it('answers as the specification says, and nothing but add-checkpoint by POST', async () => {
    await log.grow(entriesOf(2));
    const note = (await log.store.newest())?.note ?? '';
    const cosigned = await send('/weft/add-checkpoint', { method: 'POST' }, `old 0\n\n${note}`);
    expect(cosigned).toEqual([
      200,
      'text/plain; charset=utf-8',
      expect.stringMatching(/^— witness\.example\/w1 \S+\n$/),
    ]);
    const again = await send('/weft/add-checkpoint', { method: 'POST' }, `old 0\n\n${note}`);
    expect(again).toEqual([409, 'text/x.tlog.size', '2\n']);
    expect((await send('/weft/add-checkpoint', { method: 'POST' }, 'old 0'))[0]).toBe(400);
    expect((await send('/weft/add-checkpoint', { method: 'POST' }, 'x'.repeat(1_000_000)))[0]).toBe(413);
    expect((await send('/weft/add-checkpoint', { method: 'GET' }))[0]).toBe(405);
    expect((await send('/add-checkpoint', { method: 'POST' }, ''))[0]).toBe(404);
  });
});

describe('what stands in between', () => {
  it.each<[string, NonNullable<HttpWitness['instead']>, RegExp]>([
    ['a server that is not well', (_, response) => response.writeHead(503).end('later'), /answered 503/],
    [
      'a redirect to elsewhere',
      (_, response) => response.writeHead(307, { Location: 'https://elsewhere.example/' }).end(),
      /answered 307/,
    ],
    ['an answer without end', (_, response) => flood(response.writeHead(200)), /over 65536 bytes/],
    ['silence', () => undefined, /did not answer/],
    [
      'half an answer',
      (_, response) => void response.writeHead(200, { 'Content-Length': '99' }).write('x'),
      /did not answer/,
    ],
    ['a connection that ends', (request) => request.socket.destroy(), /did not answer/],
  ])('%s is no word of the witness', async (_name, instead, words) => {
    await log.grow(entriesOf(1));
    witness.instead = instead;
    await expect(client().addCheckpoint('old 0\n\n', within(700))).rejects.toThrow(words);
  });

  it('another certificate is not spoken to', async () => {
    const other = createOutsideWitnesses(parties.directory, nodeLogCrypto);
    try {
      await expect(other.clients[0]?.addCheckpoint('old 0\n\n', within(2_000))).rejects.toThrow(
        /did not answer/,
      );
      expect(witness.asked).toEqual([]);
    } finally {
      other.close();
    }
  });

  it('a cosignature by a key that the directory does not name is not kept', async () => {
    const stranger = await HttpWitness.create(await mkdtemp(join(folder, 'stranger-')));
    const named = await createParties([{ vkey: stranger.vkey, url: witness.url }]);
    witness.logs = named.logs;
    log = await signedLog(named);
    const foreign = createOutsideWitnesses(named.directory, nodeLogCrypto, witness.ca);
    outside.close();
    outside = foreign;
    parties = named;
    await cosigning(async (running) => {
      await grow(running, 2);
      await until(running, ({ problem }) => problem !== null);
    });
    expect(said).toEqual([expect.stringMatching(/no key that the directory names/)]);
    expect(await log.store.cosignatures(2)).toEqual([]);
  });
});

/** Writes until the other end has enough. */
function flood(response: {
  write(chunk: string): boolean;
  destroyed: boolean;
  once(event: 'drain', then: () => void): unknown;
}): void {
  while (!response.destroyed && response.write('— '.repeat(10_000)));
  if (!response.destroyed) response.once('drain', () => flood(response));
}
