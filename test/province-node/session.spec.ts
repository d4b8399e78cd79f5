import { z } from 'zod';
import { errorSchema } from '../../apps/province-node/src/http/schemas.js';
import { type Answer, type FakeNode, PASSWORD, startFakeNode } from '../fakes/node.js';

let node: FakeNode;
beforeEach(async () => {
  node = await startFakeNode();
});
afterEach(() => node.close());

const logIn = (user: string, password = PASSWORD): Promise<Answer> =>
  node.send('POST', '/api/v1/session', { body: { user, password } });
const pass = (seconds: number): void => {
  node.desk.clock.time = new Date(Date.parse(node.desk.clock.time) + seconds * 1_000).toISOString();
};
const attempts = () => node.desk.registry.entries.filter(({ type }) => type === 'person.logged-in');

describe('logging in', () => {
  it('opens a session of fifteen minutes that the API takes, and records it', async () => {
    const { status, body } = await logIn('examiner');
    expect(status).toBe(200);
    const session = z
      .object({ token: z.string(), expiresAt: z.string(), user: z.string(), roles: z.array(z.string()) })
      .parse(body);
    expect(session).toMatchObject({
      user: 'examiner',
      roles: ['examiner'],
      expiresAt: '2026-03-05T12:15:00.000Z',
    });
    const list = () => node.send('GET', '/api/v1/checks', { token: session.token });
    pass(899);
    expect((await list()).status).toBe(200);
    pass(1);
    expect((await list()).status).toBe(401);
    expect(attempts()).toMatchObject([{ outcome: 'success', actor: { kind: 'person', name: 'examiner' } }]);
  });

  it('answers a wrong password and an unknown user alike, does the same work, and records neither word', async () => {
    const wrong = await logIn('examiner', 'not the password');
    const unknown = await logIn('hunter2-typed-here', 'not the password');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(unknown.body).toEqual(wrong.body);
    expect(node.passwords).toMatchObject({ verified: 2 });
    expect(attempts().map(({ outcome, actor }) => [outcome, actor.name])).toEqual([
      ['failure', 'examiner'],
      ['failure', 'unknown'],
    ]);
    expect(JSON.stringify(attempts())).not.toMatch(/hunter2|not the password/);
  });

  it.each(['examiner', 'nobody-of-this-name'])(
    'makes %s wait after five failures, twice as long after each more, and not look at the password meanwhile',
    async (user) => {
      for (let failure = 0; failure < 5; failure += 1) expect((await logIn(user, 'wrong')).status).toBe(401);
      const refused = await logIn(user);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('2');
      expect(refused.body).toMatchObject({
        error: { code: 'TOO_MANY', field: 'user', remedy: 'wait 2 s and try again' },
      });
      expect(node.passwords).toMatchObject({ verified: 5 });
      pass(2);
      expect((await logIn(user, 'wrong')).status).toBe(401);
      expect((await logIn(user)).headers.get('retry-after')).toBe('4');
    },
  );

  it('forgets the failures of a person who gets in', async () => {
    for (let failure = 0; failure < 5; failure += 1) await logIn('examiner', 'wrong');
    pass(2);
    expect((await logIn('examiner')).status).toBe(200);
    for (let failure = 0; failure < 5; failure += 1)
      expect((await logIn('examiner', 'wrong')).status).toBe(401);
  });

  it('lets no flood of guesses sent side by side outrun the count', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => logIn('examiner', 'wrong')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  it('makes an address wait that tries many names', async () => {
    for (let name = 0; name < 30; name += 1)
      expect((await logIn(`somebody-${name}`, 'wrong')).status).toBe(401);
    const refused = await logIn('examiner');
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ error: { field: 'address' } });
  });

  it('opens no session when the log cannot be written', async () => {
    node.desk.registry.log.append = async () => {
      throw new Error('the log is full');
    };
    const { status, body } = await logIn('examiner');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('log is full');
  });

  it.each([
    [{}, 'user', /^is missing$/],
    [{ user: 'examiner' }, 'password', /^is missing$/],
    [{ user: 'examiner', password: 7 }, 'password', /^is of the wrong kind$/],
    [{ user: 'examiner', password: 'x'.repeat(257) }, 'password', /256/],
    [{ user: 'exa\u0000miner', password: 'x' }, 'user', /./],
    [{ user: 'examiner', password: 'x', role: 'operator' }, 'role', /^is not known here$/],
  ])('names the field of a malformed attempt: %j', async (body, field, problem) => {
    const answer = await node.send('POST', '/api/v1/session', { body });
    expect(answer.status).toBe(400);
    const { error } = errorSchema.parse(answer.body);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', field });
    expect(error.problem).toMatch(problem);
  });
});
