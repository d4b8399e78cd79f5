import { randomUUID } from 'node:crypto';
import {
  type BatchStore,
  type Check,
  type CheckStore,
  type IncompleteChecks,
  type ReceivedPicture,
} from '#libs/registry';
import { digest, fingerprinted, MODEL } from '../fakes/federation.js';

/** Checks and batches under test, empty. */
export interface ChecksUnderTest {
  readonly checks: CheckStore;
  readonly incomplete: IncompleteChecks;
  readonly batches: BatchStore;
  /** The same stores after a restart. */
  reopen(): Promise<Pick<ChecksUnderTest, 'checks' | 'batches'>>;
  close(): Promise<void>;
}

const day = (count: number) =>
  new Date(Date.parse('2026-03-05T12:00:00Z') + count * 86_400_000).toISOString();

/** A finished check with one candidate, a full row and a row without an answer. */
export function makeCheck(change: Partial<Check> = {}): Check {
  const askedAt = day(0);
  return {
    checkId: randomUUID(),
    asker: 'zhejiang',
    registrationId: null,
    limit: 10,
    supersedes: null,
    askedAt,
    finishedAt: askedAt,
    picture: { digest: digest('picture'), width: 600, height: 400 },
    verdict: 'DUPLICATE',
    complete: false,
    candidates: [
      {
        registrationId: randomUUID(),
        patternId: randomUUID(),
        province: 'guangdong',
        state: 'registered',
        score: 0.9712345678901234,
        registrationNumber: '粤作登字-2021-F-00000007',
        title: '缠枝莲 "Lotus" \\',
        category: 'F',
        registeredOn: '2021-06-30',
        centre: '',
        owner: null,
        pictures: null,
        verdict: 'DUPLICATE',
        rarity: 40,
        transformWords: { zh: '镜像', en: 'mirrored' },
      },
    ],
    coverage: [
      {
        province: 'guangdong',
        outcome: 'ANSWERED',
        detail: '',
        searched: 12,
        declared: 12,
        position: 15,
        modelDigest: MODEL,
        askedAt,
        receivedAt: askedAt,
        answeredAt: askedAt,
        arrivedAt: askedAt,
        answerDigest: digest('answer'),
      },
      {
        province: 'jiangsu',
        outcome: 'TIMEOUT',
        detail: 'no answer by the deadline',
        searched: null,
        declared: null,
        position: null,
        modelDigest: null,
        askedAt,
        receivedAt: null,
        answeredAt: null,
        arrivedAt: null,
        answerDigest: null,
      },
    ],
    coordinator: 'AGREES',
    calibration: {
      id: 'cal-test',
      modelDigest: MODEL,
      duplicateAt: 0.95,
      suspectedAt: 0.8,
      gallery: 1_000,
      background: [],
    },
    epoch: 3,
    evidence: {
      questionJws: 'a.b.c',
      resultJws: 'd.e.f',
      answers: [{ province: 'guangdong', answerJws: 'g.h.i' }],
    },
    ...change,
  };
}

const PICTURE = fingerprinted([1, 0, 0, 0]);

const good = (name: string, ...numbers: number[]): ReceivedPicture => ({
  name,
  fingerprinted: fingerprinted(numbers.length > 0 ? numbers : [1, 0, 0, 0]),
});
const error = { code: 'INVALID_INPUT', field: 'picture', problem: 'is none', remedy: 'send one' } as const;

/** What every store of checks and batches does. */
export function describeChecks(name: string, open: () => Promise<ChecksUnderTest>): void {
  describe(`checks contract: ${name}`, () => {
    let opened: ChecksUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    async function openBatch(count: number, askedBy = 'examiner', openedAt = day(0)): Promise<string> {
      const batchId = randomUUID();
      await opened.batches.open({ batchId, count, askedBy, openedAt });
      return batchId;
    }

    it('gives back a check to the last digit, with its evidence, also after a restart', async () => {
      const check = makeCheck();
      await opened.checks.save(check, 'examiner', PICTURE);
      const { checks } = await opened.reopen();
      expect(await checks.find(check.checkId)).toEqual(check);
      expect(await checks.find(randomUUID())).toBeUndefined();
    });

    it('never changes a check that it has', async () => {
      const check = makeCheck();
      await opened.checks.save(check, 'examiner', PICTURE);
      await opened.checks.save({ ...check, verdict: 'CLEAR' }, 'another', PICTURE);
      expect(await opened.checks.find(check.checkId)).toEqual(check);
    });

    it('lists checks page by page, newest first, without a gap and without a repeat', async () => {
      const made = Array.from({ length: 7 }, (_, place) =>
        makeCheck({ askedAt: day(Math.floor(place / 3)) }),
      );
      for (const check of made) await opened.checks.save(check, 'examiner', PICTURE);
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await opened.checks.list(3, after);
        if (page.length === 0) break;
        seen.push(...page.map(({ checkId }) => checkId));
        after = page.at(-1)?.checkId;
      }
      const order = (one: Check) => `${one.askedAt} ${one.checkId}`;
      const expected = made.sort((one, other) => (order(one) < order(other) ? 1 : -1));
      expect(seen).toEqual(expected.map(({ checkId }) => checkId));
      expect((await opened.checks.list(1))[0]).toMatchObject({ askedBy: 'examiner', verdict: 'DUPLICATE' });
      expect(await opened.checks.list(3, randomUUID())).toEqual([]);
    });

    it('lets an incomplete check wait with its fingerprint until another takes its place, or it is given up', async () => {
      const { checks, incomplete } = opened;
      const first = makeCheck();
      const other = makeCheck({ askedAt: day(1) });
      await checks.save(makeCheck({ complete: true }), 'examiner', PICTURE);
      await checks.save(other, 'li', fingerprinted([0, 1, 0, 0]));
      await checks.save(first, 'examiner', PICTURE);
      const ids = async (now = day(2)) =>
        (await incomplete.due(10, new Date(now))).map(({ checkId }) => checkId);
      const [waiting] = await incomplete.due(1, new Date(day(2)));
      expect(waiting).toMatchObject({
        checkId: first.checkId,
        askedBy: 'examiner',
        attempts: 0,
        since: day(0),
      });
      expect(waiting?.fingerprinted.pattern).toEqual(PICTURE.pattern);
      expect(Buffer.from(waiting?.fingerprinted.fingerprint.bytes ?? [])).toEqual(
        Buffer.from(PICTURE.fingerprint.bytes),
      );
      expect(await ids()).toEqual([first.checkId, other.checkId]);
      await incomplete.postpone(first.checkId, new Date(day(3)));
      expect(await ids()).toEqual([other.checkId]);
      expect(await incomplete.due(10, new Date(day(3)))).toMatchObject([{ attempts: 1 }, { attempts: 0 }]);
      expect(await checks.sequel(first.checkId)).toEqual({ waits: true, supersededBy: null });

      const second = makeCheck({ supersedes: first.checkId, askedAt: day(4) });
      await checks.save(second, 'examiner', PICTURE);
      expect(await checks.sequel(first.checkId)).toEqual({ waits: false, supersededBy: second.checkId });
      expect(await incomplete.due(1, new Date(day(5)))).toMatchObject([
        { checkId: second.checkId, since: day(0) },
      ]);
      const third = makeCheck({ supersedes: second.checkId, complete: true });
      await checks.save(third, 'examiner', PICTURE);
      await checks.save(second, 'examiner', PICTURE);
      expect(await checks.sequel(second.checkId)).toEqual({ waits: false, supersededBy: third.checkId });
      await incomplete.postpone(other.checkId, null);
      expect(await ids(day(9))).toEqual([]);
      expect(await checks.find(first.checkId)).toEqual(first);
    });

    it('shows in a batch the check that took the place of an incomplete one', async () => {
      const batchId = await openBatch(1);
      await opened.batches.receive(batchId, good('a.jpg'));
      await opened.batches.start(batchId);
      const first = makeCheck();
      await opened.batches.finish(batchId, 1, first, 'examiner');
      expect(await opened.checks.sequel(first.checkId)).toMatchObject({ waits: true });
      const second = makeCheck({ supersedes: first.checkId, complete: true });
      await opened.checks.save(second, 'examiner', PICTURE);
      expect(await opened.batches.items(batchId, 10)).toMatchObject([{ check: { checkId: second.checkId } }]);
    });

    it('collects the announced pictures and no more; the same name again is the same picture', async () => {
      const batchId = await openBatch(2);
      await opened.batches.receive(batchId, good('a.jpg'));
      await opened.batches.receive(batchId, { name: 'a.jpg', error });
      await expect(opened.batches.start(batchId)).rejects.toMatchObject({
        code: 'WRONG_STATE',
        field: 'count',
      });
      await opened.batches.receive(batchId, good('花 b.jpg'));
      await expect(opened.batches.receive(batchId, good('c.jpg'))).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        field: 'count',
      });
      expect(await opened.batches.find(batchId)).toEqual({
        batchId,
        state: 'collecting',
        count: 2,
        received: 2,
        finished: 1,
        askedBy: 'examiner',
        openedAt: day(0),
      });
      expect(await opened.batches.items(batchId, 10)).toEqual([
        { place: 1, name: 'a.jpg', state: 'failed', error },
        { place: 2, name: '花 b.jpg', state: 'waiting' },
      ]);
    });

    it('takes pictures that come side by side to different places', async () => {
      const batchId = await openBatch(9);
      const names = Array.from({ length: 9 }, (_, place) => `${place}.jpg`);
      await Promise.all(names.map((one) => opened.batches.receive(batchId, good(one))));
      const items = await opened.batches.items(batchId, 10);
      expect(items.map(({ place }) => place)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(items.map((item) => item.name).sort()).toEqual(names);
    });

    it('runs a started batch through to its end, over a restart', async () => {
      const batchId = await openBatch(3);
      await opened.batches.receive(batchId, good('a', 1, 0, 0, 0));
      await opened.batches.receive(batchId, { name: 'b', error });
      await opened.batches.receive(batchId, good('c', 0, 1, 0, 0));
      expect(await opened.batches.running(5)).toEqual([]);
      expect(await opened.batches.start(batchId)).toMatchObject({ state: 'running', finished: 1 });
      expect(await opened.batches.start(batchId)).toMatchObject({ state: 'running' });
      await expect(opened.batches.receive(batchId, good('d'))).rejects.toMatchObject({ code: 'WRONG_STATE' });

      const first = makeCheck();
      await opened.batches.finish(batchId, 1, first, 'examiner');
      await opened.batches.close(batchId);

      const { batches, checks } = await opened.reopen();
      expect(await batches.running(5)).toMatchObject([{ batchId, received: 3, finished: 2 }]);
      const left = await batches.waiting(batchId, 10, 0);
      expect(left.map(({ place }) => place)).toEqual([3]);
      const expected = fingerprinted([0, 1, 0, 0]);
      expect(left[0]?.fingerprinted.pattern).toEqual(expected.pattern);
      expect(left[0]?.fingerprinted.fingerprint.modelDigest).toBe(MODEL);
      expect([...(left[0]?.fingerprinted.fingerprint.bytes ?? [])]).toEqual([...expected.fingerprint.bytes]);

      await batches.finish(batchId, 3, makeCheck(), 'examiner');
      await batches.finish(batchId, 1, makeCheck(), 'examiner');
      await batches.close(batchId);
      expect(await batches.find(batchId)).toMatchObject({ state: 'finished', finished: 3 });
      expect(await batches.waiting(batchId, 10, 0)).toEqual([]);
      const { evidence: _, ...report } = first;
      expect((await batches.items(batchId, 1))[0]).toEqual({
        place: 1,
        name: 'a',
        state: 'checked',
        check: report,
      });
      expect((await batches.items(batchId, 10, 1)).map((item) => item.state)).toEqual(['failed', 'checked']);
      expect(await checks.find(first.checkId)).toEqual(first);
    });

    it('gives all that waits an error when a batch is given up', async () => {
      const batchId = await openBatch(2);
      await opened.batches.receive(batchId, good('a'));
      await opened.batches.receive(batchId, good('b'));
      await opened.batches.start(batchId);
      await opened.batches.finish(batchId, 1, makeCheck(), 'examiner');
      await opened.batches.failWaiting(batchId, error);
      await opened.batches.close(batchId);
      expect(await opened.batches.find(batchId)).toMatchObject({ state: 'finished', finished: 2 });
      expect((await opened.batches.items(batchId, 10)).map((item) => item.state)).toEqual([
        'checked',
        'failed',
      ]);
    });

    it('ends a batch that is cancelled, collecting or running, and keeps what has its check', async () => {
      const [running, collecting] = [await openBatch(2), await openBatch(3)];
      for (const name of ['a', 'b']) await opened.batches.receive(running, good(name));
      await opened.batches.start(running);
      await opened.batches.finish(running, 1, makeCheck(), 'examiner');
      await opened.batches.receive(collecting, good('a'));
      for (const [batchId, states] of [
        [running, ['checked', 'failed']],
        [collecting, ['failed']],
      ] as const) {
        expect(await opened.batches.cancel(batchId, error)).toMatchObject({ state: 'finished' });
        expect((await opened.batches.items(batchId, 10)).map(({ state }) => state)).toEqual(states);
        expect(await opened.batches.waiting(batchId, 10, 0)).toEqual([]);
      }
      expect(await opened.batches.running(5)).toEqual([]);
      expect(await opened.batches.cancel(running, { ...error, problem: 'again' })).toMatchObject({
        finished: 2,
      });
      expect((await opened.batches.items(running, 10))[1]?.error).toEqual(error);
      await expect(opened.batches.receive(collecting, good('b'))).rejects.toMatchObject({
        code: 'WRONG_STATE',
      });
      await expect(opened.batches.cancel(randomUUID(), error)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('lists batches, the newest first, page by page', async () => {
      const made: string[] = [];
      for (let hours = 0; hours < 3; hours += 1) {
        const at = new Date(Date.parse(day(0)) + hours * 3_600_000).toISOString();
        made.unshift(await openBatch(1, 'examiner', at));
      }
      const ids = async (limit: number, after?: string) =>
        (await opened.batches.list(limit, after)).map(({ batchId }) => batchId);
      expect(await ids(10)).toEqual(made);
      expect(await ids(2)).toEqual(made.slice(0, 2));
      expect(await ids(2, made[1])).toEqual(made.slice(2));
      expect(await ids(2, randomUUID())).toEqual([]);
    });

    it('runs batches in the order in which they were started', async () => {
      const [one, other] = [await openBatch(1), await openBatch(1)];
      for (const batchId of [other, one]) {
        await opened.batches.receive(batchId, good('a'));
        await opened.batches.start(batchId);
      }
      expect((await opened.batches.running(5)).map(({ batchId }) => batchId)).toEqual([other, one]);
      expect(await opened.batches.running(1)).toHaveLength(1);
    });

    it('lets one person collect twenty batches, and forgets those that were not started within a day', async () => {
      const first = await openBatch(1);
      for (let more = 1; more < 20; more += 1) await openBatch(1);
      await expect(openBatch(1)).rejects.toMatchObject({ code: 'TOO_MANY', field: 'batch' });
      await openBatch(1, 'another');
      await openBatch(1, 'examiner', day(2));
      expect(await opened.batches.find(first)).toBeUndefined();
    });

    it('knows no batch that it has not', async () => {
      const batchId = randomUUID();
      expect(await opened.batches.find(batchId)).toBeUndefined();
      await expect(opened.batches.receive(batchId, good('a'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(opened.batches.start(batchId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await opened.batches.items(batchId, 10)).toEqual([]);
    });
  });
}
