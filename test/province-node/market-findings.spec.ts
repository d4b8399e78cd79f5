import { randomUUID } from 'node:crypto';
import { opensCommitment, type DecisionKind } from '#libs/registry';
import { z } from 'zod';
import { makeCheck } from '../contracts/checks.contract.js';
import { fingerprinted } from '../fakes/federation.js';
import { type Answer, type FakeNode, startFakeNode } from '../fakes/node.js';
import { digestOf } from '../fakes/registration-desk.js';

const viewSchema = z.object({
  findingId: z.string(),
  state: z.string(),
  steps: z.array(z.looseObject({ stepId: z.string(), step: z.string() })),
  registration: z.object({ registrationNumber: z.string(), title: z.string() }),
});
const SECRETS = ['柯桥市场三楼', '绍兴市柯桥区人民法院', '（2026）浙0603民初1号', '当庭下架'];

let node: FakeNode;
let examiner: string;
beforeAll(async () => {
  node = await startFakeNode();
  examiner = await node.token('examiner');
});
afterAll(() => node.close());

const post = (path: string, body: object, token = examiner): Promise<Answer> =>
  node.send('POST', `/api/v1/market-findings${path}`, { token, body });
const get = async (path: string) =>
  node.send('GET', `/api/v1/market-findings${path}`, { token: await node.token('auditor') });
const viewOf = ({ status, body }: Answer) => {
  expect(status === 200 || status === 201 ? 'done' : body).toBe('done');
  return viewSchema.parse(body);
};
const errorOf = ({ status, body }: Answer) => ({
  status,
  ...z.object({ error: z.looseObject({}) }).parse(body).error,
});
const latest = ({ steps }: z.infer<typeof viewSchema>) => steps.at(-1)?.stepId ?? '';
const entries = () => node.desk.registry.entries.filter(({ type }) => type.startsWith('market-finding.'));

/** A check of a photographed sample, and its one match. */
async function sample(): Promise<{ checkId: string; registrationId: string }> {
  const check = makeCheck({ checkId: randomUUID() });
  await node.desk.checks.save(check, 'examiner', fingerprinted([1, 0, 0, 0]));
  return { checkId: check.checkId, registrationId: check.candidates[0]?.registrationId ?? '' };
}

async function decide(checkId: string, kind: DecisionKind): Promise<void> {
  const body = { kind, reason: '与登记样本一致' };
  const { status } = await node.send('POST', `/api/v1/checks/${checkId}/decisions`, {
    token: examiner,
    body,
  });
  expect(status).toBe(201);
}

const opened = async (about?: { checkId: string; registrationId: string }) => {
  const of = about ?? (await sample());
  return { ...of, ...viewOf(await post('', { ...of, foundOn: '2026-03-01', remark: ' 柯桥市场三楼\n ' })) };
};
const handing = (before: string, change: object = {}) => ({
  ...{ before, authority: 'court', name: '绍兴市柯桥区人民法院', handedOn: '2026-03-04' },
  ...change,
});
const ending = (before: string, answers: string, change: object = {}) => ({
  ...{ before, answers, result: 'infringement', decidedOn: '2026-03-05' },
  ...{ reference: '（2026）浙0603民初1号', remark: '当庭下架', ...change },
});

describe('a finding in the market', () => {
  it('is noted, handed on with its evidence, and has its outcome recorded; every step is in the log, what it says is not', async () => {
    const about = await opened();
    const { findingId, checkId } = about;
    expect(about).toMatchObject({
      state: 'found',
      registration: { registrationNumber: '粤作登字-2021-F-00000007' },
    });
    await decide(checkId, 'derivative');
    const handed = viewOf(await post(`/${findingId}/handings-on`, handing(latest(about))));
    expect(handed).toMatchObject({
      state: 'handed-on',
      steps: [{ remark: '柯桥市场三楼' }, { authority: 'court' }],
    });
    const step = latest(handed);
    const token = await node.token('auditor');
    const file = await fetch(
      `${node.origin}/api/v1/market-findings/${findingId}/handings-on/${step}/evidence`,
      {
        headers: { authorization: `Bearer ${token}` },
      },
    );
    expect(file.headers.get('content-disposition')).toContain(`weft-market-${step}.json`);
    expect(handed.steps[1]).toMatchObject({
      evidenceDigest: digestOf(Buffer.from(await file.arrayBuffer())),
    });
    const ended = viewOf(await post(`/${findingId}/outcomes`, ending(step, step)));
    expect(ended).toMatchObject({
      state: 'concluded',
      steps: [{}, {}, { result: 'infringement', answers: step }],
    });
    expect(viewOf(await get(`/${findingId}`))).toEqual(ended);

    const mine = entries().filter(({ subject }) => subject === findingId);
    expect(mine.map(({ type }) => type)).toEqual([
      'market-finding.opened',
      'market-finding.handed-on',
      'market-finding.concluded',
    ]);
    for (const secret of SECRETS) expect(JSON.stringify(mine)).not.toContain(secret);
    expect(mine[2]?.details).toMatchObject({ authority: 'court', answers: step, decidedOn: '2026-03-05' });
  });

  it('commits in the log to what each step says, so that nobody can put other words there', async () => {
    const about = await opened();
    await decide(about.checkId, 'duplicate');
    const handed = viewOf(
      await post(`/${about.findingId}/handings-on`, handing(latest(about), { remark: '附样品照片' })),
    );
    const stepId = latest(handed);
    const details = z.object({ reasonCommitment: z.string() }).parse(entries().at(-1)?.details);
    const salt = (await node.market.salts.find(stepId, 'reason')) ?? '';
    const opens = (value: string) =>
      opensCommitment(node.desk.digest, details.reasonCommitment, { of: 'reason', salt, value });
    expect(opens('绍兴市柯桥区人民法院\n附样品照片')).toBe(true);
    expect(opens('绍兴市柯桥区人民法院\n附样品照片二')).toBe(false);
  });

  it('goes to several authorities, and is concluded when each has answered; an appeal is a further outcome', async () => {
    const about = await opened();
    const path = `/${about.findingId}`;
    await decide(about.checkId, 'duplicate');
    const first = viewOf(
      await post(`${path}/handings-on`, handing(latest(about), { authority: 'enforcement' })),
    );
    const second = viewOf(await post(`${path}/handings-on`, handing(latest(first))));
    const [team, court] = [latest(first), latest(second)];
    const one = viewOf(await post(`${path}/outcomes`, ending(court, court, { result: 'settled' })));
    expect(one.state).toBe('handed-on');
    const both = viewOf(await post(`${path}/outcomes`, ending(latest(one), team)));
    expect(both.state).toBe('concluded');
    const appeal = viewOf(
      await post(`${path}/outcomes`, ending(latest(both), court, { reference: '（2026）浙06民终2号' })),
    );
    expect([appeal.state, appeal.steps.length]).toEqual(['concluded', 6]);
  });

  it('is handed on only when a person found the sample to be the same work', async () => {
    const about = await opened();
    const handOn = () => post(`/${about.findingId}/handings-on`, handing(latest(about)));
    expect(errorOf(await handOn())).toMatchObject({ status: 409, code: 'WRONG_STATE', field: 'checkId' });
    await decide(about.checkId, 'not-a-duplicate');
    expect(errorOf(await handOn())).toMatchObject({ code: 'WRONG_STATE', field: 'checkId' });
    expect(entries().at(-1)).toMatchObject({
      type: 'market-finding.handed-on',
      outcome: 'failure',
      subject: about.findingId,
      details: { code: 'WRONG_STATE', field: 'checkId' },
    });
    expect(viewOf(await get(`/${about.findingId}`)).steps).toHaveLength(1);
  });

  it('says field by field what is wrong, and keeps nothing of it', async () => {
    const about = await sample();
    const wanted = { ...about, foundOn: '2026-03-01', remark: '柯桥市场三楼' };
    const refused = async (change: object) => errorOf(await post('', { ...wanted, ...change }));
    expect(await refused({ foundOn: '2026-02-30' })).toMatchObject({ status: 400, field: 'foundOn' });
    expect(await refused({ foundOn: '2026-03-06' })).toMatchObject({ problem: 'is in the future' });
    expect(await refused({ remark: ' ' })).toMatchObject({ field: 'remark', problem: 'is empty' });
    expect(await refused({ remark: '长'.repeat(1_001) })).toMatchObject({ problem: 'is too long' });
    expect(await refused({ registrationId: randomUUID() })).toMatchObject({
      status: 404,
      field: 'registrationId',
    });
    expect(await refused({ checkId: randomUUID() })).toMatchObject({ status: 404 });
    expect(await refused({ owner: '张三' })).toMatchObject({ status: 400, field: 'owner' });
    expect((await get(`?checkId=${about.checkId}`)).body).toEqual({ findings: [] });
    const noted = await opened(about);
    expect(await refused({})).toMatchObject({ status: 409, code: 'CONFLICT', field: 'registrationId' });
    await decide(about.checkId, 'duplicate');
    const path = `/${noted.findingId}`;
    const handOn = async (change: object) =>
      errorOf(await post(`${path}/handings-on`, handing(latest(noted), change)));
    expect(await handOn({ handedOn: '2026-02-28' })).toMatchObject({
      field: 'handedOn',
      problem: 'is before 2026-03-01',
    });
    expect(await handOn({ name: '' })).toMatchObject({ field: 'name' });
    expect(await handOn({ authority: 'police' })).toMatchObject({ field: 'authority' });
    expect(await handOn({ before: randomUUID() })).toMatchObject({ code: 'CONFLICT', field: 'before' });
    const end = async (answers: string, change: object = {}) =>
      errorOf(await post(`${path}/outcomes`, ending(latest(noted), answers, change)));
    expect(await end(randomUUID())).toMatchObject({ status: 404, field: 'answers' });
    const handed = viewOf(await post(`${path}/handings-on`, handing(latest(noted))));
    const step = latest(handed);
    expect(await end(step, { reference: '' })).toMatchObject({ field: 'reference' });
    expect(await end(step, { decidedOn: '2026-03-03' })).toMatchObject({ field: 'decidedOn' });
    expect(await end(step)).toMatchObject({ code: 'CONFLICT', field: 'before' });
    expect((await get(`/${randomUUID()}`)).status).toBe(404);
    expect((await get(`/${noted.findingId}/handings-on/${randomUUID()}/evidence`)).status).toBe(404);
  });

  it('is listed newest first by state, and changed by no auditor', async () => {
    const list = async (query: string) =>
      z.object({ findings: z.array(viewSchema) }).parse((await get(query)).body).findings;
    const fresh = await opened();
    const [first] = await list('?state=found&limit=1');
    expect(first?.findingId).toBe(fresh.findingId);
    expect((await list('?state=concluded')).every(({ state }) => state === 'concluded')).toBe(true);
    expect(errorOf(await get('?limit=201'))).toMatchObject({ status: 400, field: 'limit' });
    const auditor = await node.token('auditor');
    const { status } = await post(`/${fresh.findingId}/handings-on`, handing(latest(fresh)), auditor);
    expect(status).toBe(403);
  });
});
