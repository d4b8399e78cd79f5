import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkBatch,
  askForPicture,
  checkDuplicate,
  type BatchEvent,
  type Check,
  type CheckDependencies,
  type Fingerprinter,
  type Question,
  type SignedQuestion,
} from '#libs/registry';
import { createMemberClient, createMetadataClient } from '#libs/rpc';
import { MEMBERS, MODEL, digest } from '../fakes/federation.js';
import { GrpcFederation } from './grpc-federation.js';
import { fingerprintAlong, pictureLike } from './member-registry.js';

const examiner = { kind: 'person', name: 'examiner' } as const;
let federation: GrpcFederation;
let asking: CheckDependencies & { fingerprinter: Fingerprinter };
let known: string;

beforeAll(async () => {
  federation = await GrpcFederation.start();
  asking = await federation.asking('zhejiang');
  known = federation.registry('shandong').file([1, 2, 3], '经纬牡丹');
  for (const [place, province] of MEMBERS.entries()) {
    for (let number = 0; number < 10; number += 1) {
      federation.registry(province).file([-1, place + 1, number + 1], `${province} ${number}`);
    }
  }
});

afterAll(() => federation.close());

const checkLike = (numbers: number[], budgetMs = 4_000): Promise<Check> =>
  checkDuplicate(asking, {
    picture: Buffer.from(JSON.stringify(numbers)),
    actor: examiner,
    limit: 5,
    budgetMs,
  });
const outcomes = ({ coverage }: Check): string[] => coverage.map((row) => `${row.province} ${row.outcome}`);
const allAnswered = MEMBERS.map((province) => `${province} ANSWERED`);

/** Checks until all have answered: a breaker that opened meanwhile looks every two seconds. */
async function untilComplete(numbers: number[]): Promise<Check> {
  let check = await checkLike(numbers);
  for (let look = 0; look < 10 && !check.complete; look += 1) {
    await pause(500);
    check = await checkLike(numbers);
  }
  return check;
}

async function signedQuestion(changes: Partial<Question> = {}): Promise<SignedQuestion> {
  const fingerprint = fingerprintAlong([1, 1]);
  const now = Date.now();
  const question: Question = {
    kind: 'weft.question.v1',
    checkId: randomUUID(),
    nonce: randomBytes(16).toString('base64url'),
    askedAt: new Date(now).toISOString(),
    deadline: new Date(now + 4_000).toISOString(),
    asker: 'zhejiang',
    epoch: 1,
    modelDigest: MODEL,
    fingerprintDigest: digest(fingerprint),
    limit: 3,
    ...changes,
  };
  return { questionJws: await asking.signer.sign(question), fingerprint };
}

describe('a check over gRPC', () => {
  it('finds the duplicate in another province, with its title and without its owner', async () => {
    const check = await checkLike([1, 2, 3]);
    expect(check.verdict).toBe('DUPLICATE');
    expect(check.coordinator).toBe('AGREES');
    expect(outcomes(check)).toEqual(allAnswered);
    expect(check.candidates[0]).toMatchObject({
      province: 'shandong',
      registrationId: known,
      title: '经纬牡丹',
      owner: null,
      pictures: 'thumbnail',
    });
  });

  it('is CLEAR when all answered and nothing is near', async () => {
    const check = await checkLike([0, 0, 0, 1]);
    expect([check.verdict, outcomes(check)]).toEqual(['CLEAR', allAnswered]);
  });

  it('names a member that is gone, and is CLEAR again when it is back', async () => {
    await federation.stop('guangdong');
    const gone = await checkLike([0, 0, 0, 1]);
    expect([gone.verdict, outcomes(gone)]).toEqual([
      'INCOMPLETE',
      [...allAnswered.slice(0, 3), 'guangdong UNREACHABLE'],
    ]);
    await federation.startMember('guangdong');
    expect(await untilComplete([0, 0, 0, 1])).toMatchObject({ verdict: 'CLEAR' });
  });

  it('is INCOMPLETE when a member ran out of time for verifying, and still tells of a duplicate', async () => {
    const { candidateVerifier, log } = federation.registry('jiangsu');
    candidateVerifier.reach = 3;
    const clear = await checkLike([0, 0, 0, 1]);
    const duplicate = await checkLike([1, 2, 3]);
    candidateVerifier.reach = Infinity;
    const partial = MEMBERS.map(
      (province) => `${province} ${province === 'jiangsu' ? 'PARTIAL' : 'ANSWERED'}`,
    );
    expect([clear.verdict, clear.coordinator, outcomes(clear)]).toEqual(['INCOMPLETE', 'AGREES', partial]);
    expect([duplicate.verdict, duplicate.complete, outcomes(duplicate)]).toEqual([
      'DUPLICATE',
      false,
      partial,
    ]);
    expect(log.events.filter(({ type }) => type === 'member.answered').at(-1)?.details).toMatchObject({
      searched: 10,
      verified: 3,
      complete: false,
    });
    expect(await checkLike([0, 0, 0, 1])).toMatchObject({ verdict: 'CLEAR' });
  });

  it('has its result before the deadline when a member takes the connection and is silent', async () => {
    await federation.stop('jiangsu');
    const silent = createServer((socket) => socket.on('error', () => undefined).resume());
    const port = Number(federation.member('jiangsu').address.split(':')[1]);
    await once(silent.listen(port, '127.0.0.1'), 'listening');
    const from = performance.now();
    const check = await checkLike([1, 2, 3], 3_000);
    expect(performance.now() - from).toBeLessThan(3_500);
    expect([check.verdict, check.complete, outcomes(check)[2]]).toEqual([
      'DUPLICATE',
      false,
      'jiangsu TIMEOUT',
    ]);
    expect(check.coordinator).toBe('AGREES');
    silent.close();
    await federation.startMember('jiangsu');
    expect(outcomes(await untilComplete([1, 2, 3]))).toEqual(allAnswered);
  });

  it('is one of a hundred at once, and each is answered in full', async () => {
    const checks = await Promise.all(Array.from({ length: 100 }, () => checkLike([1, 2, 3], 30_000)));
    expect(new Set(checks.map(({ verdict, complete }) => `${verdict} ${complete}`))).toEqual(
      new Set(['DUPLICATE true']),
    );
  });

  it('takes milliseconds', async () => {
    const times: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      const from = performance.now();
      await checkLike([1, 2, 3]);
      times.push(performance.now() - from);
    }
    times.sort((a, b) => a - b);
    expect(times[15]).toBeLessThan(250);
  });
});

describe('the coordinator', () => {
  const check = async (as: string, question: SignedQuestion): Promise<unknown> =>
    federation.client(as).check(question, new Date(Date.now() + 4_000));

  it('refuses and records a question of another, one asked before, of another epoch, too late or malformed', async () => {
    const { events } = federation.coordinatorLog;
    const before = events.length;
    const once = await signedQuestion();
    await expect(check('shandong', await signedQuestion())).rejects.toThrow(/asker: is zhejiang/);
    await check('zhejiang', once);
    await expect(check('zhejiang', once)).rejects.toThrow(/taken before/);
    await expect(check('zhejiang', await signedQuestion({ epoch: 2 }))).rejects.toThrow(/epoch: 2/);
    const past = new Date(Date.now() - 1_000).toISOString();
    await expect(check('zhejiang', await signedQuestion({ askedAt: past, deadline: past }))).rejects.toThrow(
      /has passed/,
    );
    await expect(check('zhejiang', { questionJws: 'x', fingerprint: new Uint8Array(4) })).rejects.toThrow(
      /questionJws/,
    );
    await expect(
      check('zhejiang', { ...(await signedQuestion()), fingerprint: new Uint8Array(40_000) }),
    ).rejects.toThrow(/fingerprint: has 40000 bytes/);
    const refused = events.slice(before).filter((event) => event.type === 'call.refused');
    expect(refused.map(({ details }) => details.reason)).toEqual([
      'NOT_ALLOWED',
      'REPLAYED',
      'WRONG_EPOCH',
      'EXPIRED',
      'MALFORMED',
      'MALFORMED',
    ]);
  });

  it('fails the check when what it did cannot be recorded', async () => {
    federation.coordinatorLog.failing = true;
    await expect(check('zhejiang', await signedQuestion())).rejects.toThrow(/failed here/);
    federation.coordinatorLog.failing = false;
  });

  it('tells the state of every member', async () => {
    await federation.stop('shandong');
    const state = await federation.client('jiangsu').describeMembers(new Date(Date.now() + 2_000));
    await federation.startMember('shandong');
    expect(state.epoch).toBe(1);
    expect(state.members.map(({ province, outcome, searched }) => [province, outcome, searched])).toEqual([
      ['zhejiang', 'ANSWERED', 10],
      ['shandong', 'UNREACHABLE', 0],
      ['jiangsu', 'ANSWERED', 10],
      ['guangdong', 'ANSWERED', 10],
    ]);
  });
});

describe('a batch over gRPC', () => {
  const eventsOf = async (items: AsyncIterable<{ itemId: string; question: SignedQuestion }>) => {
    const events: BatchEvent[] = [];
    for await (const event of federation.client('zhejiang').checkBatch(items)) events.push(event);
    return events;
  };

  it('gives a check for each picture', async () => {
    const pictures = Array.from({ length: 100 }, (_, number) => ({
      name: `picture ${number}`,
      fingerprinted: pictureLike(number % 10 === 0 ? [1, 2, 3] : [0, 0, 0, 50, number + 1]),
    }));
    const verdicts = new Map<string, string>();
    const request = { pictures, actor: examiner, limit: 3, budgetMs: 8_000 };
    for await (const { name, check } of checkBatch(asking, request)) verdicts.set(name, check.verdict);
    expect(verdicts.size).toBe(100);
    expect([...verdicts.values()].filter((verdict) => verdict === 'DUPLICATE')).toHaveLength(10);
    expect([...verdicts.values()].filter((verdict) => verdict === 'CLEAR')).toHaveLength(90);
  });

  it('refuses an item alone and says how far it is', async () => {
    const good = await signedQuestion();
    const bad = await signedQuestion({ epoch: 7 });
    const events = await eventsOf(
      (async function* () {
        yield { itemId: 'good', question: good };
        yield { itemId: 'bad', question: bad };
      })(),
    );
    expect(events).toHaveLength(3);
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'result', itemId: 'good' }),
        { kind: 'refused', itemId: 'bad', detail: expect.stringContaining('epoch: 7') },
        { kind: 'progress', received: 2, finished: 2 },
      ]),
    );
  });

  it.each([
    ['0 items', [], /the batch is empty/],
    ['a name used twice', ['a', 'b', 'a'], /item_id a twice/],
    ['a name that is too long', ['x'.repeat(65)], /1 to 64 characters/],
    ['10,001 items', Array.from({ length: 10_001 }, (_, number) => `${number}`), /more than 10000 items/],
  ])('of %s is refused as a whole', async (_name, names, problem) => {
    const question = { questionJws: 'x', fingerprint: new Uint8Array(4) };
    await expect(
      eventsOf(
        (async function* () {
          for (const itemId of names) yield { itemId, question };
        })(),
      ),
    ).rejects.toThrow(problem);
  });

  it('stops when its asker stops listening, and the next one runs', async () => {
    const question = { questionJws: 'x', fingerprint: new Uint8Array(4) };
    let taken = 0;
    const endless = (async function* () {
      for (;;) yield { itemId: `${(taken += 1)}`, question };
    })();
    for await (const _event of federation.client('zhejiang').checkBatch(endless)) break;
    const after = taken;
    expect(after).toBeLessThan(200);
    expect(await checkLike([1, 2, 3])).toMatchObject({ verdict: 'DUPLICATE' });
    expect(taken - after).toBeLessThan(5);
  });

  it('fails as a whole when what was done cannot be recorded', async () => {
    const question = await signedQuestion();
    federation.coordinatorLog.failing = true;
    await expect(
      eventsOf(
        (async function* () {
          yield { itemId: 'a', question };
        })(),
      ),
    ).rejects.toThrow(/failed here/);
    federation.coordinatorLog.failing = false;
  });

  it('fails with its source', async () => {
    const items = (async function* () {
      yield { itemId: 'a', question: await signedQuestion() };
      throw new Error('the disk is gone');
    })();
    await expect(eventsOf(items)).rejects.toThrow('the disk is gone');
  });
});

describe('a node', () => {
  it('lets the coordinator alone search, and records who else tried', async () => {
    const client = createMemberClient(federation.directory, federation.identity('jiangsu'));
    const { log } = federation.registry('zhejiang');
    const before = log.events.length;
    const question = await signedQuestion();
    expect(await client.search('zhejiang', [question], new Date(Date.now() + 2_000))).toMatchObject([
      { outcome: 'REFUSED', detail: expect.stringContaining('jiangsu may not call') },
    ]);
    client.close();
    expect(log.events.slice(before)).toMatchObject([
      { type: 'call.refused', outcome: 'failure', actor: { kind: 'member', name: 'jiangsu' } },
    ]);
  });

  it('answers a question once, and refuses 0 and 17 of them', async () => {
    const client = createMemberClient(federation.directory, federation.identity('coordinator'));
    const deadline = new Date(Date.now() + 2_000);
    const question = await signedQuestion();
    expect(await client.search('jiangsu', [question], deadline)).toMatchObject([{ kind: 'answer' }]);
    expect(await client.search('jiangsu', [question], deadline)).toMatchObject([
      { outcome: 'REFUSED', detail: expect.stringContaining('taken before') },
    ]);
    expect(
      await client.search(
        'jiangsu',
        Array.from({ length: 17 }, () => question),
        deadline,
      ),
    ).toMatchObject(Array.from({ length: 17 }, () => ({ outcome: 'REFUSED' })));
    client.close();
  });

  it('shows another province a picture as its policy goes, and lets nobody ask for another', async () => {
    const pictures = createMetadataClient(federation.directory, federation.identity('zhejiang'));
    const deps = { ...(await federation.asking('zhejiang')), members: MEMBERS, pictures };
    const wish = {
      owner: 'shandong',
      registrationId: known,
      reason: 'a reason',
      actor: { kind: 'person', name: 'examiner' },
    } as const;
    const { log } = federation.registry('shandong');
    const { content } = await askForPicture(deps, { ...wish, size: 'thumbnail' });
    expect(Buffer.from(content).toString()).toMatch(/^sha256:[0-9a-f]{64} 320 shandong > zhejiang /);
    expect(log.events.at(-1)).toMatchObject({ type: 'picture.shown', outcome: 'success', subject: known });
    await expect(askForPicture(deps, { ...wish, size: 'full' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      problem: expect.stringContaining('shandong shows to other provinces, which is thumbnail'),
    });
    const thief = createMetadataClient(federation.directory, federation.identity('jiangsu'));
    const stolen = askForPicture({ ...deps, pictures: thief }, { ...wish, size: 'thumbnail' });
    await expect(stolen).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(log.events.at(-1)).toMatchObject({
      type: 'picture.shown',
      outcome: 'failure',
      actor: { name: 'jiangsu' },
    });
    await federation.stop('shandong');
    const silent = askForPicture(deps, { ...wish, size: 'thumbnail' });
    await expect(silent).rejects.toMatchObject({ code: 'FEDERATION_UNAVAILABLE' });
    await federation.startMember('shandong');
    for (const client of [pictures, thief]) client.close();
  });

  it('describes what exists, and leaves out what does not, what two claim and whom it cannot reach', async () => {
    const client = createMetadataClient(federation.directory, federation.identity('zhejiang'));
    await federation.stop('guangdong');
    const claimed = federation.registry('jiangsu').file([5, 5], '两省同号');
    const shared = await client.describe(
      [
        { province: 'shandong', registrationId: known },
        { province: 'shandong', registrationId: randomUUID() },
        { province: 'guangdong', registrationId: randomUUID() },
        { province: 'jiangsu', registrationId: claimed },
        { province: 'zhejiang', registrationId: claimed },
      ],
      new Date(Date.now() + 2_000),
    );
    client.close();
    await federation.startMember('guangdong');
    expect([...shared.keys()]).toEqual([known]);
  });
});
