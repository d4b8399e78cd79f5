import { randomUUID } from 'node:crypto';
import {
  closeItem,
  fileApplication,
  fillWithFoundElsewhere,
  fillWithPairs,
  opensCommitment,
  releaseItem,
} from '#libs/registry';
import { z } from 'zod';
import { makeCheck } from '../contracts/checks.contract.js';
import { fingerprinted } from '../fakes/federation.js';
import { type Answer, type FakeNode, startFakeNode } from '../fakes/node.js';

const side = z.object({
  province: z.string(),
  registrationId: z.string(),
  title: z.string().nullable(),
  state: z.string().nullable(),
});
const itemSchema = z.object({
  itemId: z.string(),
  own: side,
  other: side,
  state: z.string(),
  checkId: z.string().nullable(),
  transform: z.object({ zh: z.string(), en: z.string() }).nullable(),
  steps: z.array(z.looseObject({ stepId: z.string(), step: z.string(), by: z.string() })),
});
const listSchema = z.object({ items: z.array(itemSchema), counts: z.record(z.string(), z.int()) });
const program = { kind: 'program', name: 'weft dedupe' } as const;

let node: FakeNode;
let examiner: string;
beforeEach(async () => {
  node = await startFakeNode();
  examiner = await node.token('examiner');
});
afterEach(() => node.close());

const send = (method: string, path: string, body?: object, token = examiner): Promise<Answer> =>
  node.send(method, `/api/v1/worklist${path}`, { token, ...(body ? { body } : {}) });
const list = async (query = '') => listSchema.parse((await send('GET', query)).body);
const itemOf = ({ body }: Answer) => itemSchema.parse(body);
const errorOf = ({ status, body }: Answer) => ({
  status,
  ...z.object({ error: z.looseObject({}) }).parse(body).error,
});
const step = (itemId: string, before: string | null, body: object) =>
  send('POST', `/${itemId}/steps`, { before, ...body });
const latest = ({ steps }: z.infer<typeof itemSchema>) => steps.at(-1)?.stepId ?? null;
const filling = () => ({ ...node.parts.worklist.desk, actor: program });
const entries = () => node.desk.registry.entries.filter(({ type }) => type.startsWith('worklist.'));

async function filed(title: string): Promise<string> {
  const metadata = { title, category: 'F', owner: '某某纺织有限公司' };
  const application = {
    picture: Buffer.from(title),
    metadata,
    actor: { kind: 'person', name: 'li' } as const,
  };
  return (await fileApplication(node.desk, application)).registrationId;
}

async function pairFound() {
  const [one, other] = [await filed('缠枝莲'), await filed('缠枝莲改色')].sort();
  const found = {
    first: one ?? '',
    second: other ?? '',
    score: 0.97,
    transform: null,
    query: 'second' as const,
  };
  await fillWithPairs(filling(), [found]);
  return found;
}

/** Guangdong's registration found by a check of one of Zhejiang's. */
async function foundElsewhere() {
  const registrationId = await filed('折枝牡丹');
  const check = makeCheck({ checkId: randomUUID(), registrationId });
  await node.desk.checks.save(check, 'weft dedupe', fingerprinted([1, 0, 0, 0]));
  const [candidate] = check.candidates;
  if (!candidate) throw new Error('there is one');
  const found = {
    ...{ registrationId, checkId: check.checkId, province: candidate.province },
    ...{ otherId: candidate.registrationId, otherNumber: candidate.registrationNumber },
    ...{ otherTitle: candidate.title, score: 0.93, transform: candidate.transformWords },
  };
  await fillWithFoundElsewhere(filling(), [found, found]);
  return found;
}

describe('the worklist of duplicates', () => {
  it('shows what was found with both registrations, the highest score first, and adds nothing twice', async () => {
    const pair = await pairFound();
    const elsewhere = await foundElsewhere();
    const { items, counts } = await list();
    expect(counts).toEqual({ open: 2, taken: 0, closed: 0 });
    expect(items).toMatchObject([
      {
        own: { province: 'zhejiang', registrationId: pair.second, state: 'applied' },
        other: { province: 'zhejiang', registrationId: pair.first, state: 'applied' },
        ...{ state: 'open', checkId: null, steps: [] },
      },
      {
        own: { registrationId: elsewhere.registrationId, title: '折枝牡丹' },
        other: { province: 'guangdong', registrationId: elsewhere.otherId, state: null },
        ...{ checkId: elsewhere.checkId, transform: { zh: '镜像', en: 'mirrored' } },
      },
    ]);
    // The same two the other way round are the same pair.
    const again = { ...pair, query: 'first' as const };
    expect(await fillWithPairs(filling(), [again])).toEqual({ found: 1, added: 0 });
    expect(await fillWithFoundElsewhere(filling(), [elsewhere])).toEqual({ found: 1, added: 0 });
    expect((await list()).items).toEqual(items);
    expect(entries().map(({ details }) => details)).toEqual([
      { comparedWith: 'registry', found: 1, added: 1 },
      { comparedWith: 'federation', found: 1, added: 1 },
      { comparedWith: 'registry', found: 1, added: 0 },
      { comparedWith: 'federation', found: 1, added: 0 },
    ]);
    expect((await list('?state=closed')).items).toEqual([]);
    expect((await list(`?after=${items[0]?.itemId ?? ''}`)).items).toEqual(items.slice(1));
    expect(errorOf(await send('GET', '?limit=0'))).toMatchObject({ status: 400, field: 'limit' });
  });

  it('is worked on by one examiner at a time, each step in the log and the reason committed to', async () => {
    const pair = await pairFound();
    const [{ itemId } = { itemId: '' }] = (await list()).items;
    const close = { step: 'closed', result: 'not-a-duplicate', reason: '仅色调相近' };
    expect(errorOf(await step(itemId, null, close))).toMatchObject({ code: 'WRONG_STATE', field: 'itemId' });
    const taken = itemOf(await step(itemId, null, { step: 'taken' }));
    expect(taken).toMatchObject({ state: 'taken', steps: [{ by: 'examiner' }] });
    expect(errorOf(await step(itemId, null, { step: 'taken' }))).toMatchObject({ code: 'WRONG_STATE' });
    expect(errorOf(await step(itemId, null, close))).toMatchObject({ code: 'CONFLICT', field: 'before' });
    expect(errorOf(await step(itemId, latest(taken), { ...close, reason: ' ' }))).toMatchObject({
      field: 'reason',
    });
    const closed = itemOf(await step(itemId, latest(taken), close));
    expect(closed).toMatchObject({
      state: 'closed',
      steps: [{}, { result: 'not-a-duplicate', reason: '仅色调相近' }],
    });
    await fillWithPairs(filling(), [pair]);
    expect((await list('?state=closed')).items).toEqual([closed]);
    // Closed wrongly, it is looked at again by a further step.
    const again = itemOf(await step(itemId, latest(closed), { step: 'taken' }));
    const back = itemOf(await step(itemId, latest(again), { step: 'released' }));
    expect([back.state, back.steps.length]).toEqual(['open', 4]);
    expect(errorOf(await step(itemId, latest(back), { step: 'released' }))).toMatchObject({
      code: 'WRONG_STATE',
    });

    const entry = entries().find(({ type, outcome }) => type === 'worklist.closed' && outcome === 'success');
    expect(entry).toMatchObject({
      subject: itemId,
      details: {
        registrationId: pair.second,
        province: 'zhejiang',
        otherRegistrationId: pair.first,
        findingId: null,
      },
    });
    expect(JSON.stringify(entries())).not.toContain('仅色调相近');
    const { reasonCommitment } = z.object({ reasonCommitment: z.string() }).parse(entry?.details);
    const salt = (await node.worklist.salts.find(latest(closed) ?? '', 'reason')) ?? '';
    const opening = { of: 'reason', salt, value: '仅色调相近' } as const;
    expect(opensCommitment(node.desk.digest, reasonCommitment, opening)).toBe(true);
    expect(entries().filter(({ outcome }) => outcome === 'failure')).toHaveLength(4 + 1);
  });

  it('is neither closed nor given back by another than who took it', async () => {
    await pairFound();
    const [{ itemId } = { itemId: '' }] = (await list()).items;
    const taken = itemOf(await step(itemId, null, { step: 'taken' }));
    const act = { itemId, before: latest(taken), actor: { kind: 'person', name: 'wang' } as const };
    const { desk } = node.parts.worklist;
    const notTheirs = { code: 'WRONG_STATE', field: 'itemId' };
    await expect(releaseItem(desk, act)).rejects.toMatchObject(notTheirs);
    const closing = { ...act, result: 'not-a-duplicate', reason: '仅色调相近' } as const;
    await expect(closeItem(desk, closing)).rejects.toMatchObject(notTheirs);
    expect((await list('?state=taken')).items).toEqual([taken]);
    expect(entries().map(({ type, outcome, actor }) => `${type} ${outcome} ${actor.name}`)).toEqual([
      'worklist.filled success weft dedupe',
      'worklist.taken success examiner',
      'worklist.released failure wang',
      'worklist.closed failure wang',
    ]);
  });

  it('is closed as told to the other province only when that was sent a finding', async () => {
    const { checkId, otherId } = await foundElsewhere();
    const [{ itemId } = { itemId: '' }] = (await list()).items;
    const taken = itemOf(await step(itemId, null, { step: 'taken' }));
    const close = { step: 'closed', result: 'finding-sent', reason: '已告知广东' };
    expect(errorOf(await step(itemId, latest(taken), close))).toMatchObject({
      code: 'WRONG_STATE',
      field: 'result',
    });
    const body = { checkId, registrationId: otherId, reason: '镜像' };
    const sent = await node.send('POST', '/api/v1/findings', { token: examiner, body });
    const { findingId } = z.object({ findingId: z.string() }).parse(sent.body);
    const closed = itemOf(await step(itemId, latest(taken), close));
    expect(closed).toMatchObject({ state: 'closed', steps: [{}, { result: 'finding-sent', findingId }] });
    expect(entries().at(-1)?.details).toMatchObject({ findingId, province: 'guangdong' });
  });

  it('tells a pair of one province from a finding to another', async () => {
    await pairFound();
    const [{ itemId } = { itemId: '' }] = (await list()).items;
    const taken = itemOf(await step(itemId, null, { step: 'taken' }));
    const close = { step: 'closed', result: 'finding-sent', reason: '已告知' };
    expect(errorOf(await step(itemId, latest(taken), close))).toMatchObject({
      code: 'WRONG_STATE',
      field: 'result',
    });
  });

  it('is read by auditors, worked on by examiners alone, and knows its items', async () => {
    await pairFound();
    const [{ itemId } = { itemId: '' }] = (await list()).items;
    const auditor = await node.token('auditor');
    expect((await send('GET', `/${itemId}`, undefined, auditor)).status).toBe(200);
    expect((await send('POST', `/${itemId}/steps`, { step: 'taken' }, auditor)).status).toBe(403);
    expect((await send('GET', '', undefined, await node.token('operator'))).status).toBe(403);
    expect((await send('GET', `/${randomUUID()}`)).status).toBe(404);
    expect(errorOf(await step(randomUUID(), null, { step: 'taken' }))).toMatchObject({
      status: 404,
      field: 'itemId',
    });
    expect(errorOf(await step(itemId, null, { step: 'forgotten' }))).toMatchObject({
      status: 400,
      field: 'step',
    });
  });
});
