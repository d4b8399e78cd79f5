import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { pictureForm, pictureOf, startFakeNode, type FakeNode } from '../fakes/node.js';

let node: FakeNode;
let examiner: string;
let server: Server;

beforeAll(async () => {
  node = await startFakeNode();
  examiner = await node.token('examiner');
  server = z.custom<Server>().parse(node.app.getHttpServer());
});
afterAll(() => node.close());

const port = () => Number(new URL(node.origin).port);
/** Sends bytes and nothing more; what came back when the node hung up. */
async function trickle(...parts: readonly string[]): Promise<string> {
  const socket = connect(port(), '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  return said;
}

describe('a slow sender', () => {
  it('has ten seconds for its headers and two minutes for its request, looked at every second, and 512 connections at most', () => {
    const { headersTimeout, requestTimeout, maxConnections } = server;
    expect({ headersTimeout, requestTimeout, maxConnections }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 120_000,
      maxConnections: 512,
    });
    expect(Reflect.get(server, 'connectionsCheckingInterval')).toBe(1_000);
  });

  it('is hung up on when it does not end its headers, or its body, and others are served meanwhile', async () => {
    const { headersTimeout, requestTimeout } = server;
    try {
      server.headersTimeout = 300;
      server.requestTimeout = 600;
      const stalled = [
        trickle('GET /health/live HTTP/1.1\r\nHost: x\r\nX-a: '),
        trickle(
          'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n',
          '{"user":',
        ),
      ];
      expect((await node.send('GET', '/health/live')).status).toBe(200);
      for (const said of await Promise.all(stalled)) expect(said).toMatch(/^(HTTP\/1\.1 408|$)/);
    } finally {
      Object.assign(server, { headersTimeout, requestTimeout });
    }
  });

  it('gets no second request into the first: a message of two lengths is refused', async () => {
    const smuggled = 'GET /api/v1/members HTTP/1.1\r\nHost: x\r\n\r\n';
    const said = await trickle(
      `POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 400/);
    expect(said.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('with headers of over 16 KiB is refused', async () => {
    const said = await trickle(`GET /health/live HTTP/1.1\r\nHost: x\r\nX-a: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1\.1 431/);
  });
});

describe('a body', () => {
  it.each([
    ['nested 15,000 deep', `${'['.repeat(15_000)}${']'.repeat(15_000)}`],
    ['nested in objects', `${'{"user":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['of a prototype', '{"__proto__":{"roles":["operator"]},"user":{"toString":1},"password":"x"}'],
    ['of a list in place of an object', '[1]'],
  ])('%s is an error of the sender', async (_name, text) => {
    const headers = { 'content-type': 'application/json' };
    const { status, body } = await node.send('POST', '/api/v1/session', { body: Buffer.from(text), headers });
    expect([status, body]).toMatchObject([400, { error: { code: 'INVALID_INPUT' } }]);
  });

  it.each(['province', 'state', 'registrationNumber', 'actor', 'registrationId'])(
    'cannot say whose or what it is: an application that names its %s is refused',
    async (field) => {
      const fields = { title: '缠枝莲纹', category: 'F', owner: '某公司', [field]: 'shandong' };
      const form = pictureForm(pictureOf(1, 2, 3, 4), fields);
      const { status, body } = await node.send('POST', '/api/v1/applications', {
        token: examiner,
        body: form,
      });
      expect([status, body]).toMatchObject([400, { error: { code: 'INVALID_INPUT', field } }]);
    },
  );
});

describe('a path', () => {
  it.each([
    '/assets/..%2f..%2findex.html',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/log/../../../etc/passwd',
    '/log/%2e%2e/%2e%2e/package.json',
    '/log/tile/0/..%2f..%2fcheckpoint',
    '/assets/..\\..\\package.json',
    "/api/v1/registrations/'%20OR%201=1--",
    '/api/v1/checks/%00',
    '/api/v1/checks/..%2f..%2fsession',
  ])('leads nowhere but to a file or a record of its own: %s', async (path) => {
    const said = await trickle(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${examiner}\r\nConnection: close\r\n\r\n`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect(said).not.toMatch(/root:|"name": "weft"|<html/);
  });
});
