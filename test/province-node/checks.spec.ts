import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { checkSchema, RegistryError } from '#libs/registry';
import { z } from 'zod';
import { MEMBERS } from '../fakes/federation.js';
import { type FakeNode, pictureForm, pictureOf, startFakeNode } from '../fakes/node.js';

const PATTERN = pictureOf(1, 0, 0, 0);

let node: FakeNode;
let token: string;
beforeEach(async () => {
  node = await startFakeNode();
  token = await node.token('examiner');
});
afterEach(() => node.close());

const check = (form: FormData) => node.send('POST', '/api/v1/checks', { token, body: form });

describe('checking a picture', () => {
  it('names the province that has it, keeps the check, and gives it back with its evidence', async () => {
    const registrationId = node.federation.member('guangdong').file([1, 0, 0, 0]);
    const { status, body } = await check(pictureForm(PATTERN));
    expect(status).toBe(200);
    const made = checkSchema.parse(body);
    expect(made).toMatchObject({ verdict: 'DUPLICATE', complete: true, asker: 'zhejiang' });
    expect(made.candidates[0]).toMatchObject({ province: 'guangdong', registrationId, score: 1 });
    expect(made.coverage.map((row) => [row.province, row.outcome])).toEqual(
      MEMBERS.map((province) => [province, 'ANSWERED']),
    );
    const auditor = await node.token('auditor');
    const read = await node.send('GET', `/api/v1/checks/${made.checkId}`, { token: auditor });
    expect(read.body).toEqual(body);
    expect(made.evidence.answers).toHaveLength(4);
    const list = await node.send('GET', '/api/v1/checks?limit=5', { token: auditor });
    expect(list.body).toMatchObject({ checks: [{ checkId: made.checkId, askedBy: 'examiner' }] });
  });

  it('shows as many candidates as were asked for', async () => {
    for (const province of MEMBERS) node.federation.member(province).file([1, 0, 0, 0]);
    const { body } = await check(pictureForm(PATTERN, { limit: '2' }));
    expect(checkSchema.parse(body).candidates).toHaveLength(2);
  });

  it('says INCOMPLETE and names why when the coordinator cannot be reached', async () => {
    Object.assign(node.parts.checkPicture.federation, {
      check: async () => {
        throw new RegistryError('FEDERATION_UNAVAILABLE', 'coordinator', 'cannot be reached', 'try again');
      },
    });
    const { status, body } = await check(pictureForm(PATTERN));
    expect(status).toBe(200);
    expect(body).toMatchObject({ verdict: 'INCOMPLETE', complete: false, coordinator: 'UNREACHABLE' });
  });

  it.each([
    ['no picture', pictureForm(Buffer.from('bad')), 400, 'picture'],
    ['a picture of one colour', pictureForm(Buffer.from('flat')), 422, 'picture'],
    ['a form without a picture', new FormData(), 400, 'picture'],
    ['a limit of 0', pictureForm(PATTERN, { limit: '0' }), 400, 'limit'],
    ['a limit of 101', pictureForm(PATTERN, { limit: '101' }), 400, 'limit'],
    ['a limit that is no number', pictureForm(PATTERN, { limit: 'ten' }), 400, 'limit'],
    ['a registration id that is none', pictureForm(PATTERN, { registrationId: '7' }), 400, 'registrationId'],
    [
      'an application that is not here',
      pictureForm(PATTERN, { registrationId: randomUUID() }),
      404,
      'registrationId',
    ],
    ['a field that nobody knows', pictureForm(PATTERN, { province: 'jiangsu' }), 400, 'province'],
    ['a field of 5,000 characters', pictureForm(PATTERN, { limit: '1'.repeat(5_000) }), 400, 'body'],
  ])('refuses %s, asks nobody and keeps nothing', async (_, form, status, field) => {
    const answer = await check(form);
    expect([answer.status, answer.body]).toMatchObject([status, { error: { field } }]);
    expect((await node.send('GET', '/api/v1/checks', { token })).body).toEqual({ checks: [] });
    expect(node.federation.coordinatorLog.events).toEqual([]);
  });

  it.each(['bad', 'flat'])('records that somebody tried to check a %s picture', async (kind) => {
    await check(pictureForm(Buffer.from(kind)));
    expect(node.federation.member('zhejiang').log.events).toMatchObject([
      {
        type: 'check.asked',
        outcome: 'failure',
        actor: { kind: 'person', name: 'examiner' },
        details: { field: 'picture' },
      },
    ]);
  });

  it('refuses a picture over 64 MiB', async () => {
    const { status, body } = await check(pictureForm(Buffer.alloc(64 * 1024 * 1024 + 1, 1)));
    expect(status).toBe(413);
    expect(JSON.stringify(body)).toContain('64 MiB');
  });

  it('names a body that is no form', async () => {
    const { status, body } = await node.send('POST', '/api/v1/checks', { token, body: { limit: 3 } });
    expect([status, body]).toMatchObject([400, { error: { field: 'picture', problem: 'is missing' } }]);
  });

  it('is read by its id alone', async () => {
    const read = (id: string) => node.send('GET', `/api/v1/checks/${id}`, { token });
    expect((await read(randomUUID())).status).toBe(404);
    expect([await read('7')]).toMatchObject([{ status: 400, body: { error: { problem: 'is not a UUID' } } }]);
  });

  it('frees its place when a sender breaks off in the middle of a picture', async () => {
    const { hostname, port } = new URL(node.origin);
    for (let sender = 0; sender < 20; sender += 1) {
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /api/v1/checks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
          'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 99999\r\n\r\n' +
          '--b\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\nabc',
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
      await text(socket).catch(() => undefined);
    }
    expect((await check(pictureForm(PATTERN))).status).toBe(200);
  });
});

describe('registrations over HTTP', () => {
  const work = {
    title: '缠枝莲纹',
    category: 'F',
    owner: '演示纺织有限公司',
    completedOn: '',
    centre: '绍兴柯桥',
  };
  const applied = z.object({ registrationId: z.uuid(), state: z.string() });

  async function file(): Promise<string> {
    const { status, body } = await node.send('POST', '/api/v1/applications', {
      token,
      body: pictureForm(PATTERN, work),
    });
    expect(status).toBe(201);
    return applied.parse(body).registrationId;
  }

  const act = (id: string, what: string, body?: unknown) =>
    node.send('POST', `/api/v1/registrations/${id}/${what}`, { token, body });

  /** From a check of the application's own deposit copy. */
  async function clearTokenOf(id: string): Promise<string> {
    const { status, body } = await act(id, 'check', {});
    expect([status, body]).toMatchObject([200, { registrationId: id }]);
    const path = `/api/v1/checks/${z.object({ checkId: z.uuid() }).parse(body).checkId}/clear-token`;
    return z.object({ clearToken: z.string() }).parse((await node.send('POST', path, { token })).body)
      .clearToken;
  }

  it('are decided on, each decision in sight of the one before', async () => {
    const { body } = await act(await file(), 'check', {});
    const path = `/api/v1/checks/${z.object({ checkId: z.uuid() }).parse(body).checkId}/decisions`;
    const decide = async (kind: string, supersedes?: string | null) =>
      node.send('POST', path, { token, body: { kind, reason: '仅色调相近', supersedes } });
    const first = await decide('not-a-duplicate');
    expect([first.status, first.body]).toMatchObject([201, { kind: 'not-a-duplicate', inForce: true }]);
    expect(await decide('duplicate')).toMatchObject({
      status: 409,
      body: { error: { field: 'supersedes' } },
    });
    const { decisionId } = z.object({ decisionId: z.uuid() }).parse(first.body);
    expect((await decide('duplicate', decisionId)).status).toBe(201);
    expect(await decide('perhaps', decisionId)).toMatchObject({
      status: 400,
      body: { error: { field: 'kind' } },
    });
    expect((await node.send('GET', path, { token })).body).toMatchObject({
      decisions: [{ decisionId }, { kind: 'duplicate', supersedes: decisionId }],
    });
    const confirmation = await node.send('POST', `${path}/${decisionId}/confirmation`, { token });
    expect(confirmation).toMatchObject({ status: 403, body: { error: { field: 'decisionId' } } });
  });

  it('go from application to registration to revocation, by this person', async () => {
    const id = await file();
    const clearToken = await clearTokenOf(id);
    expect((await act(id, 'registration', { clearToken })).body).toMatchObject({
      error: { code: 'WRONG_STATE' },
    });
    expect((await act(id, 'examination')).body).toMatchObject({ state: 'examined' });
    expect((await act(id, 'registration')).body).toMatchObject({ error: { field: 'clearToken' } });
    expect(await act(id, 'registration', { clearToken: 'x' })).toMatchObject({
      status: 403,
      body: { error: { code: 'NO_CLEAR_TOKEN', field: 'clearToken' } },
    });
    expect((await act(id, 'registration', { clearToken })).body).toMatchObject({
      state: 'registered',
      registrationNumber: '浙作登字-2026-F-00000001',
    });
    expect((await act(id, 'registration', { clearToken })).body).toMatchObject({
      error: { code: 'WRONG_STATE' },
    });
    expect((await act(id, 'revocation', { reason: ' ' })).body).toMatchObject({
      error: { code: 'INVALID_INPUT', field: 'reason' },
    });
    expect((await act(id, 'revocation', { reason: '重复登记' })).body).toMatchObject({
      state: 'revoked',
      reason: '重复登记',
    });
    const done = node.desk.registry.entries.filter(
      ({ outcome, subject }) => subject === id && outcome === 'success',
    );
    expect(done.map(({ type, actor }) => [type, actor.name])).toEqual([
      ['registry.filed', 'examiner'],
      ['registry.examined', 'examiner'],
      ['registry.registered', 'examiner'],
      ['registry.revoked', 'examiner'],
    ]);
  });

  it('are read, listed and searched', async () => {
    const id = await file();
    expect((await node.send('GET', `/api/v1/registrations/${id}`, { token })).body).toMatchObject({
      ...work,
      completedOn: null,
      registrationId: id,
    });
    const list = async (query: string) =>
      (await node.send('GET', `/api/v1/registrations?${query}`, { token })).body;
    expect(await list('state=applied&text=缠枝')).toMatchObject({ registrations: [{ registrationId: id }] });
    expect(await list('state=revoked')).toEqual({ registrations: [] });
    expect(await list('state=gone')).toMatchObject({ error: { field: 'state' } });
    expect(await list('limit=201')).toMatchObject({ error: { field: 'limit' } });
    expect(await list('limit=1&limit=2')).toMatchObject({ error: { field: 'limit' } });
  });

  it.each([
    ['bad', {}, 400, 'picture'],
    ['flat', {}, 422, 'picture'],
    ['[1,0,0,0]', { title: '' }, 400, 'title'],
    ['[1,0,0,0]', { category: 'fabric' }, 400, 'category'],
    ['[1,0,0,0]', { completedOn: '2026-02-30' }, 400, 'completedOn'],
    ['[1,0,0,0]', { state: 'registered' }, 400, 'state'],
  ])('refuse the application %s %j and keep nothing of it', async (picture, change, status, field) => {
    const body = pictureForm(Buffer.from(picture), { ...work, ...change });
    const answer = await node.send('POST', '/api/v1/applications', { token, body });
    expect([answer.status, answer.body]).toMatchObject([status, { error: { field } }]);
    expect(await node.desk.registry.head()).toMatchObject({ searchable: 0 });
    expect(node.desk.depositCopies.copies.size).toBe(0);
  });
});

describe('the node itself', () => {
  it('tells the members, and 503 when the coordinator cannot be reached', async () => {
    expect((await node.send('GET', '/api/v1/members', { token })).body).toMatchObject({
      epoch: 1,
      members: [{ province: 'guangdong', nameZh: '广东', nameEn: 'Guangdong', outcome: 'ANSWERED' }],
    });
    node.members.describeMembers = async () => {
      throw new RegistryError(
        'FEDERATION_UNAVAILABLE',
        'coordinator',
        'cannot be reached',
        'try again later',
      );
    };
    const { status, body } = await node.send('GET', '/api/v1/members', { token });
    expect([status, body]).toMatchObject([
      503,
      { error: { code: 'FEDERATION_UNAVAILABLE', field: 'coordinator' } },
    ]);
  });

  it('is ready while it serves and its database answers', async () => {
    const ready = () => node.send('GET', '/health/ready');
    expect(await ready()).toMatchObject({ status: 200, body: { reasons: [] } });
    node.parts.registry.head = () => Promise.reject(new Error('gone'));
    expect(await ready()).toMatchObject({
      status: 503,
      body: { reasons: ['the database cannot be reached'] },
    });
    node.parts.readiness.stopping();
    expect(await ready()).toMatchObject({ status: 503, body: { reasons: ['the node is stopping'] } });
    expect((await node.send('GET', '/health/live')).status).toBe(200);
  });

  it('describes every route and the form of its answers', async () => {
    const { body } = await node.send('GET', '/api/v1/openapi.json');
    const document = z
      .object({
        openapi: z.string(),
        paths: z.record(
          z.string(),
          z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) })),
        ),
      })
      .parse(body);
    expect(document.openapi).toMatch(/^3\./);
    expect(Object.values(document.paths).flatMap((path) => Object.keys(path))).toHaveLength(60);
    for (const path of Object.values(document.paths))
      for (const { responses } of Object.values(path)) expect(responses).toHaveProperty('default');
    expect(document.paths['/api/v1/checks']?.['post']).toMatchObject({
      requestBody: { content: { 'multipart/form-data': { schema: { required: ['picture'] } } } },
      responses: { 200: { content: { 'application/json': { schema: { type: 'object' } } } } },
    });
  });

  it('answers an unforeseen failure without a word of it', async () => {
    node.parts.registry.list = () => Promise.reject(new Error('password=secret'));
    const { status, body } = await node.send('GET', '/api/v1/registrations', { token });
    expect(status).toBe(500);
    expect(JSON.stringify(body)).toMatch(/incident [0-9a-f-]{36}/);
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('lets no browser of another site read, frame, sniff or keep its answers', async () => {
    const { headers } = await node.send('GET', '/health/live', {
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('names a path that is no route, JSON that is none, and JSON that is too long', async () => {
    expect(await node.send('GET', '/api/v2/checks')).toMatchObject({
      status: 404,
      body: { error: { field: 'path' } },
    });
    const headers = { 'content-type': 'application/json' };
    const broken = await node.send('POST', '/api/v1/session', { body: Buffer.from('{"user":'), headers });
    expect(broken).toMatchObject({ status: 400, body: { error: { code: 'INVALID_INPUT', field: 'body' } } });
    const long = await node.send('POST', '/api/v1/session', { body: { user: 'x'.repeat(70_000) } });
    expect(long).toMatchObject({ status: 413, body: { error: { field: 'body' } } });
  });
});
