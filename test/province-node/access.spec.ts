import { randomUUID } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import { openSession, ROLES } from '#libs/registry';
import { pino } from 'pino';
import { createHttpApp } from '../../apps/province-node/src/http/http-app.js';
import { NodeModule } from '../../apps/province-node/src/node.module.js';
import { allowedOn } from '../../apps/province-node/src/http/policy.js';
import { z } from 'zod';
import { type FakeNode, startFakeNode } from '../fakes/node.js';

let node: FakeNode;
beforeAll(async () => {
  node = await startFakeNode();
});
afterAll(() => node.close());

const layersSchema = z.array(
  z.object({
    route: z.object({ path: z.string(), methods: z.record(z.string(), z.boolean()) }).optional(),
  }),
);

interface Route {
  readonly method: string;
  readonly pattern: string;
  readonly path: string;
}

/** Every route that the application really has. */
function routes(): Route[] {
  const { router }: { router: { stack: unknown } } = node.app.getHttpAdapter().getInstance();
  return layersSchema.parse(router.stack).flatMap(({ route }) =>
    Object.keys(route?.methods ?? {}).map((method) => ({
      method: method.toUpperCase(),
      pattern: route?.path ?? '',
      path: (route?.path ?? '').replace(/:(id|decisionId)/g, () => randomUUID()).replace(':name', 'a.png'),
    })),
  );
}

const guarded = () => routes().filter(({ method, pattern }) => allowedOn(method, pattern) !== 'public');

describe('who may use the HTTP API', () => {
  it('is written down for every route, and only six are public', () => {
    const all = routes();
    expect(all).toHaveLength(63);
    expect(all.filter(({ method, pattern }) => allowedOn(method, pattern) === undefined)).toEqual([]);
    const open = all.filter(({ method, pattern }) => allowedOn(method, pattern) === 'public');
    expect(open.map(({ method, pattern }) => `${method} ${pattern}`).sort()).toEqual([
      'GET /',
      'GET /api/v1/openapi.json',
      'GET /assets/:name',
      'GET /health/live',
      'GET /health/ready',
      'POST /api/v1/session',
    ]);
  });

  it('refuses every other route without a token, and says how to get one', async () => {
    for (const { method, path } of guarded()) {
      const { status, body, headers } = await node.send(method, path);
      expect([method, path, status]).toEqual([method, path, 401]);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(body).toMatchObject({ error: { code: 'UNAUTHENTICATED', field: 'authorization' } });
    }
  });

  it('refuses an expired, altered or unsigned token, and one of another province or another key', async () => {
    const somebody = { user: 'examiner', roles: ROLES };
    const { sessions } = node.parts;
    const { token } = await openSession(sessions, somebody);
    const [head = '', payload = '', signature = ''] = token.split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const longAgo = { now: () => new Date(sessions.clock.now().getTime() - 901_000) };
    const expired = await openSession({ ...sessions, clock: longAgo }, somebody);
    const foreign = await openSession({ ...sessions, province: 'guangdong' }, somebody);
    const otherKey = await openSession({ ...sessions, key: new Uint8Array(32).fill(8) }, somebody);
    const altered = `${head}.${Buffer.from(Buffer.from(payload, 'base64url').toString().replace('examiner', 'operator')).toString('base64url')}.${signature}`;
    const bad = [expired.token, foreign.token, otherKey.token, altered, unsigned, 'nonsense'];
    for (const one of bad)
      for (const { method, path } of guarded())
        expect([path, (await node.send(method, path, { token: one })).status]).toEqual([path, 401]);
    expect((await node.send('GET', '/api/v1/members', { token })).status).toBe(200);
    const { body } = await node.send('GET', '/api/v1/members', { token: expired.token });
    expect(body).toMatchObject({ error: { problem: 'has expired', remedy: 'log in again' } });
  });

  it('refuses a role that has no row, on every route, and records it', async () => {
    for (const { method, pattern, path } of guarded()) {
      const allowed = allowedOn(method, pattern);
      for (const role of ROLES) {
        const before = node.desk.registry.entries.length;
        const { status, body } = await node.send(method, path, { token: await node.token(role) });
        if (allowed !== 'public' && allowed?.includes(role)) {
          expect([path, role, status === 401 || status === 403]).toEqual([path, role, false]);
          continue;
        }
        expect([path, role, status]).toEqual([path, role, 403]);
        expect(body).toMatchObject({ error: { code: 'FORBIDDEN', field: 'role' } });
        expect(node.desk.registry.entries.slice(before)).toMatchObject([
          {
            type: 'call.refused',
            outcome: 'failure',
            actor: { kind: 'person', name: role },
            details: { route: `${method} ${pattern}` },
          },
        ]);
      }
    }
  });

  it('lets an operator see members but neither applications nor their owners', async () => {
    const token = await node.token('operator');
    expect((await node.send('GET', '/api/v1/members', { token })).status).toBe(200);
    expect((await node.send('GET', '/api/v1/registrations', { token })).status).toBe(403);
  });

  it('refuses a route that nobody wrote a row for', async () => {
    @Controller('api/v1/forgotten')
    class ForgottenController {
      @Get()
      read(): string {
        return 'secret';
      }
    }
    const module = NodeModule.of(node.parts);
    const app = await createHttpApp(
      { ...module, controllers: [...(module.controllers ?? []), ForgottenController] },
      pino({ level: 'silent' }),
    );
    try {
      await app.listen(0, '127.0.0.1');
      const token = await node.token('examiner');
      const response = await fetch(`${await app.getUrl()}/api/v1/forgotten`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(response.status).toBe(403);
      expect(await response.text()).not.toContain('secret');
    } finally {
      await app.close();
    }
  });
});
