import { REQUIRED_PAPERS } from '#libs/registry';
import { z } from 'zod';
import { type FakeNode, pictureForm, pictureOf, startFakeNode } from '../fakes/node.js';

let node: FakeNode;
beforeAll(async () => {
  node = await startFakeNode();
});
afterAll(() => node?.close());

const FIELDS = { title: '缠枝莲纹', category: 'F', owner: '柯桥纺织' };
const registrationSchema = z.object({ registrationId: z.uuid() });

const send = async (method: string, path: string, body?: unknown) =>
  node.send(method, `/api/v1/${path}`, { token: await node.token('examiner'), body });

async function file(fields: Record<string, string>, seed = 1): Promise<string> {
  const { status, body } = await send(
    'POST',
    'applications',
    pictureForm(pictureOf(seed, 2, 3, 4), { ...FIELDS, ...fields }),
  );
  expect(status).toBe(201);
  return registrationSchema.parse(body).registrationId;
}

describe('the examination of an application', () => {
  it('files with the papers that were seen, and refuses an application whose papers are not complete', async () => {
    const missing = await send(
      'POST',
      'applications',
      pictureForm(pictureOf(9, 2, 3, 4), { ...FIELDS, papers: 'application-form,identity' }),
    );
    expect(missing).toMatchObject({
      status: 400,
      body: { error: { field: 'papers', problem: 'lack work-sample, work-description, ownership' } },
    });
    expect((await send('GET', 'applications')).body).toEqual({ applications: [] });
    const strange = pictureForm(pictureOf(9, 2, 3, 4), { ...FIELDS, papers: 'passport' });
    expect((await send('POST', 'applications', strange)).status).toBe(400);
    const id = await file({ papers: [...REQUIRED_PAPERS, 'agent-authority'].join(',') });
    expect((await send('GET', `registrations/${id}/examination`)).body).toMatchObject({
      papers: [...REQUIRED_PAPERS, 'agent-authority'],
    });
  });

  it('shows every step by its entry of the log, the checks, and the days by Chinese working days', async () => {
    node.desk.clock.time = '2026-02-12T01:00:00.000Z';
    const id = await file({ papers: REQUIRED_PAPERS.join(',') }, 2);
    node.desk.clock.time = '2026-02-24T01:00:00.000Z';
    const pending = await send('GET', 'applications?limit=1');
    expect(pending.body).toMatchObject({
      applications: [
        {
          registrationId: id,
          days: { workingDays: 3, promisedBy: '2026-02-28', legalBy: '2026-03-12', pace: 'in-time' },
        },
      ],
    });
    const { checkId } = await node.desk.clearance.checkOf(id);
    await send('POST', `registrations/${id}/examination`);
    expect((await send('GET', `registrations/${id}/examination`)).body).toMatchObject({
      checks: [{ checkId, verdict: 'CLEAR', complete: true }],
      days: { endedOn: null, workingDays: 3 },
    });
    node.desk.clock.time = '2026-02-26T01:00:00.000Z';
    const clearToken = await node.desk.clearance.tokenFor(id, { checkId });
    expect((await send('POST', `registrations/${id}/registration`, { clearToken })).status).toBe(200);
    node.desk.clock.time = '2026-06-01T01:00:00.000Z';
    const { body } = await send('GET', `registrations/${id}/examination`);
    expect(body).toMatchObject({
      history: [
        { state: 'applied', by: 'examiner', papers: REQUIRED_PAPERS, checkId: null },
        { state: 'examined', by: 'examiner', papers: null },
        { state: 'registered', by: 'examiner', checkId },
      ],
      days: { filedOn: '2026-02-12', endedOn: '2026-02-26', workingDays: 5, pace: 'in-time' },
    });
    for (const { entry, state } of z
      .object({ history: z.array(z.object({ entry: z.int(), state: z.string() })) })
      .parse(body).history) {
      const event = node.desk.registry.entries[entry];
      expect([event?.subject, event?.type]).toEqual([
        id,
        `registry.${state === 'applied' ? 'filed' : state}`,
      ]);
    }
    expect((await send('GET', 'applications?state=examined')).body).toEqual({ applications: [] });
  });

  it('knows no examination of what is not here', async () => {
    const { status } = await send('GET', 'registrations/00000000-0000-4000-8000-000000000000/examination');
    expect(status).toBe(404);
  });
});
