import { setTimeout as pause } from 'node:timers/promises';
import { type BatchEvent, type Federation, RegistryError } from '#libs/registry';
import { pino } from 'pino';
import { z } from 'zod';
import { BatchRunner } from '../../apps/province-node/src/batches/batch-runner.js';
import { type FakeNode, pictureOf, startFakeNode } from '../fakes/node.js';

let node: FakeNode;
let token: string;
beforeEach(async () => {
  node = await startFakeNode();
  token = await node.token('examiner');
});
afterEach(() => node.close());

const batchSchema = z.object({
  state: z.string(),
  received: z.number(),
  finished: z.number(),
  items: z.array(
    z.object({
      place: z.number(),
      name: z.string(),
      state: z.string(),
      check: z.object({ checkId: z.string(), verdict: z.string() }).optional(),
      error: z.object({ code: z.string(), field: z.string(), problem: z.string() }).optional(),
    }),
  ),
});

async function open(count: number): Promise<string> {
  const { body } = await node.send('POST', '/api/v1/check-batches', { token, body: { count } });
  return z.object({ batchId: z.uuid() }).parse(body).batchId;
}
const put = (batchId: string, name: string, body: Uint8Array) =>
  node.send('PUT', `/api/v1/check-batches/${batchId}/pictures/${encodeURIComponent(name)}`, { token, body });
const start = (batchId: string) => node.send('POST', `/api/v1/check-batches/${batchId}/start`, { token });
const read = async (batchId: string, query = '') =>
  batchSchema.parse((await node.send('GET', `/api/v1/check-batches/${batchId}${query}`, { token })).body);

async function untilFinished(batchId: string): Promise<z.infer<typeof batchSchema>> {
  for (let look = 0; look < 200; look += 1) {
    const batch = await read(batchId);
    if (batch.state === 'finished') return batch;
    await pause(20);
  }
  throw new Error('the batch did not finish');
}

/** The coordinator of `node`, whose stream breaks after so many results, as often as `breaks` says. */
function breaking(results: number, breaks: number): Federation {
  const sound = node.parts.checkPicture.federation;
  let left = breaks;
  return {
    check: (question, deadline) => sound.check(question, deadline),
    async *checkBatch(items): AsyncGenerator<BatchEvent> {
      let given = 0;
      for await (const event of sound.checkBatch(items)) {
        if (left > 0 && given >= results) {
          left -= 1;
          throw new RegistryError('FEDERATION_UNAVAILABLE', 'coordinator', 'is gone', 'try again');
        }
        given += 1;
        yield event;
      }
    },
  };
}

const runner = (
  federation: Federation,
  wait: (milliseconds: number) => Promise<void> = () => pause(1),
): BatchRunner =>
  new BatchRunner({
    ...node.parts.checkPicture,
    federation,
    batches: node.batches,
    budgetMs: 2_000,
    logger: pino({ level: 'silent' }),
    wait,
  });

describe('a batch of pictures', () => {
  it('is checked whole; a bad picture is its own error and no other one of its concern', async () => {
    const registrationId = node.federation.member('jiangsu').file([1, 0, 0, 0]);
    const batchId = await open(4);
    expect((await put(batchId, 'copy.jpg', pictureOf(1, 0, 0, 0))).body).toEqual({
      name: 'copy.jpg',
      state: 'waiting',
    });
    expect((await put(batchId, '新 花/样.jpg', pictureOf(0, 1, 0, 0))).status).toBe(200);
    expect((await put(batchId, 'bad.pdf', Buffer.from('bad'))).body).toMatchObject({
      state: 'failed',
      error: { code: 'INVALID_INPUT', field: 'picture' },
    });
    expect((await put(batchId, 'flat.png', Buffer.from('flat'))).body).toMatchObject({
      error: { code: 'UNFIT_PICTURE' },
    });
    expect((await start(batchId)).status).toBe(202);
    const { items, finished } = await untilFinished(batchId);
    expect(finished).toBe(4);
    expect(items.map((item) => [item.name, item.check?.verdict ?? item.error?.code])).toEqual([
      ['copy.jpg', 'DUPLICATE'],
      ['新 花/样.jpg', 'CLEAR'],
      ['bad.pdf', 'INVALID_INPUT'],
      ['flat.png', 'UNFIT_PICTURE'],
    ]);
    const one = await node.send('GET', `/api/v1/checks/${items[0]?.check?.checkId}`, { token });
    expect(one.body).toMatchObject({
      candidates: [{ registrationId }],
      evidence: { answers: { length: 4 } },
    });
    expect((await read(batchId, '?limit=1&after=1')).items).toMatchObject([{ place: 2 }]);
  });

  it.each([0, 10_001, -1, 1.5])('of %d pictures is refused and names the count', async (count) => {
    const answer = await node.send('POST', '/api/v1/check-batches', { token, body: { count } });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'INVALID_INPUT', field: 'count' } } });
  });

  it('of 10,000 pictures is not', async () => {
    expect(await read(await open(10_000))).toMatchObject({ state: 'collecting', received: 0 });
  });

  it('does not start before all its pictures have come, and takes none after', async () => {
    const batchId = await open(2);
    await put(batchId, 'a', pictureOf(1, 0, 0, 0));
    expect(await start(batchId)).toMatchObject({ status: 409, body: { error: { field: 'count' } } });
    await put(batchId, 'b', pictureOf(0, 1, 0, 0));
    expect(await put(batchId, 'c', pictureOf(0, 1, 0, 0))).toMatchObject({
      status: 400,
      body: { error: { field: 'count' } },
    });
    expect((await start(batchId)).status).toBe(202);
    expect((await start(batchId)).status).toBe(202);
    expect((await put(batchId, 'a', pictureOf(0, 0, 1, 0))).status).toBe(409);
    await untilFinished(batchId);
  });

  it('names what is wrong with the name, the id and the size of a picture', async () => {
    const batchId = await open(1);
    expect(await put(batchId, 'x'.repeat(201), pictureOf(1, 0, 0, 0))).toMatchObject({
      status: 400,
      body: { error: { field: 'name' } },
    });
    expect((await put('7', 'a', pictureOf(1, 0, 0, 0))).status).toBe(400);
    expect((await put('0d8c6f2e-5a52-4b6e-9a39-0a1b2c3d4e5f', 'a', pictureOf(1, 0, 0, 0))).status).toBe(404);
    expect(await put(batchId, 'a', Buffer.alloc(64 * 1024 * 1024 + 1))).toMatchObject({
      status: 400,
      body: { error: { field: 'picture', problem: 'is larger than 64 MiB' } },
    });
    expect(await read(batchId)).toMatchObject({ received: 0 });
  });
});

describe('a started batch', () => {
  /** Started in the store alone, as a node leaves it that was killed. */
  async function left(count: number): Promise<string> {
    const batchId = await open(count);
    for (let place = 0; place < count; place += 1) await put(batchId, `${place}`, pictureOf(1, 0, 0, 0));
    await node.batches.start(batchId);
    return batchId;
  }

  it('is taken up where it was by the next start of the node, and nothing is checked twice', async () => {
    const batchId = await left(5);
    const gone = new Promise<void>(() => undefined);
    const killed = runner({
      ...node.parts.checkPicture.federation,
      async *checkBatch(items) {
        let given = 0;
        for await (const event of node.parts.checkPicture.federation.checkBatch(items)) {
          if (given === 2) await gone;
          given += 1;
          yield event;
        }
      },
    });
    killed.wake();
    while ((await read(batchId)).finished < 2) await pause(10);
    const before = (await read(batchId)).items.map(({ check }) => check?.checkId);

    runner(node.parts.checkPicture.federation).wake();
    const { items } = await untilFinished(batchId);
    expect(items.map(({ state }) => state)).toEqual(Array(5).fill('checked'));
    expect(items.slice(0, 2).map(({ check }) => check?.checkId)).toEqual(before.slice(0, 2));
  });

  it('goes on when the stream to the coordinator breaks in between', async () => {
    const batchId = await left(40);
    runner(breaking(3, 2)).wake();
    const { items } = await untilFinished(batchId);
    expect(items.map(({ state }) => state)).toEqual(Array(40).fill('checked'));
  });

  it('waits for a coordinator that is down, longer each time, and says so in the end', async () => {
    const batchId = await left(2);
    const waits: number[] = [];
    const down: Federation = {
      check: () => Promise.reject(new Error('not asked here')),
      checkBatch: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () =>
            Promise.reject(
              new RegistryError('FEDERATION_UNAVAILABLE', 'coordinator', 'cannot be reached', 'try later'),
            ),
        }),
      }),
    };
    runner(down, async (milliseconds: number) => void waits.push(milliseconds)).wake();
    const { items } = await untilFinished(batchId);
    expect(items.map(({ state, error }) => [state, error?.code, error?.problem])).toEqual(
      Array(2).fill(['failed', 'FEDERATION_UNAVAILABLE', 'cannot be reached']),
    );
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it('ends when it is cancelled: what has its check keeps it, what waits is told who cancelled', async () => {
    const batchId = await left(60);
    const asked = runner(node.parts.checkPicture.federation);
    Object.assign(node.parts.batchRunner, { cancel: asked.cancel.bind(asked) });
    asked.wake();
    while ((await read(batchId, '?limit=1')).finished < 1) await pause(1);
    const cancelled = await node.send('POST', `/api/v1/check-batches/${batchId}/cancellation`, { token });
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'finished', finished: 60 } });
    await asked.stop();
    const { items } = await read(batchId);
    const failed = items.filter(({ state }) => state === 'failed');
    expect(items[0]).toMatchObject({ state: 'checked', check: { verdict: expect.any(String) as string } });
    expect(failed.length).toBeGreaterThan(0);
    expect(failed[0]?.error).toMatchObject({
      field: 'batch',
      problem: 'was cancelled by examiner before this picture was checked',
    });
    const listed = await node.send('GET', '/api/v1/check-batches', { token });
    expect(listed.body).toMatchObject({ batches: [{ batchId, state: 'finished', count: 60 }] });
  });

  it('stops after the pictures that are being asked when the node stops', async () => {
    const batchId = await left(60);
    const stopped = runner(node.parts.checkPicture.federation);
    stopped.wake();
    while ((await read(batchId, '?limit=1')).finished < 1) await pause(1);
    await stopped.stop();
    const { state, finished } = await read(batchId);
    expect(state).toBe('running');
    expect(finished).toBeLessThan(60);
  });
});
