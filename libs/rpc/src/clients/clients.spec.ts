import { once } from 'node:events';
import { createServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { status, type handleUnaryCall } from '@grpc/grpc-js';
import type { Directory } from '#libs/federation-log';
import { TcpProxy } from '../../../../test/faults/tcp-proxy.js';
import { createTestAuthority, type TestAuthority } from '../../../../test/certificates.js';
import { startTestServer, type TestServer } from '../../../../test/grpc-server.js';
import type { TlsIdentity } from '../credentials.js';
import type {
  DescribeIndexRequest,
  DescribeIndexResponse,
  SearchRequest,
  SearchResponse,
} from '../generated/weft/similarity/v1/similarity.js';
import { MAX_MESSAGE_BYTES } from '../limits.js';
import { NODE_SERVICES } from '../server/server-options.js';
import { createMemberClient, type RpcMemberClient } from './member-client.js';

const SIMILARITY = 'weft.similarity.v1.SimilarityService';
const DIGEST = `sha256:${'1'.repeat(64)}`;

let authority: TestAuthority;
let coordinator: TlsIdentity;
let zhejiang: TlsIdentity;
const closing: (() => void)[] = [];

beforeAll(async () => {
  authority = await createTestAuthority();
  coordinator = await authority.coordinator();
  zhejiang = await authority.province('zhejiang');
});

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Search = handleUnaryCall<SearchRequest, SearchResponse>;

const answering: Search = ({ request }, callback) => {
  callback(null, {
    results: request.queries.map(({ questionJws }) => ({
      result: { $case: 'answerJws', value: `answer to ${questionJws}` },
    })),
  });
};

const describeIndex: handleUnaryCall<DescribeIndexRequest, DescribeIndexResponse> = (_call, callback) => {
  callback(null, {
    province: 'zhejiang',
    modelDigest: DIGEST,
    searched: '3',
    declared: '4',
    position: '5',
    registryPosition: '6',
    epoch: '1',
    served: [],
  });
};

async function member(search: Search, identity = zhejiang): Promise<TestServer> {
  const server = await startTestServer(
    { identity, services: NODE_SERVICES, members: ['zhejiang', 'shandong'] },
    { [SIMILARITY]: { search, describeIndex } },
  );
  closing.push(() => server.stop());
  return server;
}

function clientOf(address: string, identity = coordinator): RpcMemberClient {
  const endpoint = { address, tlsName: 'zhejiang.node.weft', keys: [] };
  const directory: Directory = {
    kind: 'weft.directory.v1',
    epoch: 1,
    issuedAt: '2026-11-01T00:00:00.000Z',
    members: [{ province: 'zhejiang', ...endpoint }],
    coordinator: endpoint,
    calibration: {
      id: 'cal-test',
      modelDigest: DIGEST,
      duplicateAt: 0.9,
      suspectedAt: 0.8,
      gallery: 1_000,
      background: [],
    },
  };
  const client = createMemberClient(directory, identity);
  closing.push(() => client.close());
  return client;
}

/** A peer that takes TCP connections and then does as `onSocket` says. */
async function peer(onSocket: (socket: Socket) => void, server: TcpServer = createServer()): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return `127.0.0.1:${port}`;
}

const question = { questionJws: 'q', fingerprint: new Uint8Array([1, 2]) };
const inMs = (ms: number): Date => new Date(Date.now() + ms);

async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const from = performance.now();
  return { value: await work, ms: performance.now() - from };
}

describe('asking a member', () => {
  it('gives its answers in the order of the questions, and its index', async () => {
    const client = clientOf((await member(answering)).address);
    expect(
      await client.search('zhejiang', [question, { ...question, questionJws: 'r' }], inMs(2_000)),
    ).toEqual([
      { kind: 'answer', answerJws: 'answer to q' },
      { kind: 'answer', answerJws: 'answer to r' },
    ]);
    expect(await client.describeIndex('zhejiang', inMs(2_000))).toEqual({
      kind: 'index',
      modelDigest: DIGEST,
      searched: 3,
      declared: 4,
      position: 5,
      registryPosition: 6,
      epoch: 1,
      served: [{ modelDigest: DIGEST, searched: 3, declared: 4 }],
    });
  });

  it('gives its refusals by question, and tells a version mismatch from the others', async () => {
    const client = clientOf(
      (
        await member((_call, callback) => {
          callback(null, {
            results: [6, 3, 99].map((reason) => ({
              result: { $case: 'refusal', value: { reason, detail: 'x'.repeat(600), retryAfterMs: 0 } },
            })),
          });
        })
      ).address,
    );
    const replies = await client.search('zhejiang', [question, question, question], inMs(2_000));
    expect(
      replies.map((reply) => (reply.kind === 'none' ? [reply.outcome, reply.detail.length] : [])),
    ).toEqual([
      ['VERSION_MISMATCH', 500],
      ['REFUSED', 500],
      ['REFUSED', 500],
    ]);
  });

  it('does not believe a response with fewer results than questions', async () => {
    const client = clientOf((await member((_call, callback) => callback(null, { results: [] }))).address);
    expect(await client.search('zhejiang', [question], inMs(2_000))).toMatchObject([
      { outcome: 'BAD_SIGNATURE' },
    ]);
  });

  it.each([
    [status.PERMISSION_DENIED, 'REFUSED'],
    [status.RESOURCE_EXHAUSTED, 'REFUSED'],
    [status.UNAVAILABLE, 'UNREACHABLE'],
    [status.INTERNAL, 'UNREACHABLE'],
    [status.DEADLINE_EXCEEDED, 'TIMEOUT'],
  ])('takes status %s for %s', async (code, outcome) => {
    const client = clientOf((await member((_call, callback) => callback({ code, details: 'why' }))).address);
    expect(await client.search('zhejiang', [question], inMs(2_000))).toMatchObject([
      { kind: 'none', outcome, detail: expect.stringContaining('why') },
    ]);
  });

  it('never throws for a province that is no member', async () => {
    const client = clientOf('127.0.0.1:1');
    expect(await client.search('fujian', [question], inMs(500))).toMatchObject([{ kind: 'none' }]);
  });
});

describe('a member that fails', () => {
  it('is UNREACHABLE at once when nobody listens, and reached at once when it is back', async () => {
    const first = await member(answering);
    const client = clientOf(first.address);
    expect(await client.search('zhejiang', [question], inMs(2_000))).toMatchObject([{ kind: 'answer' }]);
    first.stop();
    const { value, ms } = await timed(client.search('zhejiang', [question], inMs(5_000)));
    expect(value).toMatchObject([{ outcome: 'UNREACHABLE' }]);
    expect(value).not.toMatchObject([{ detail: expect.stringContaining('Resolution note') }]);
    expect(ms).toBeLessThan(500);

    const again = await startTestServer(
      { identity: zhejiang, services: NODE_SERVICES, members: [], listen: first.address },
      { [SIMILARITY]: { search: answering } },
    );
    closing.push(() => again.stop());
    expect(await client.search('zhejiang', [question], inMs(2_000))).toMatchObject([{ kind: 'answer' }]);
  });

  it('is TIMEOUT at the deadline when its handler never answers', async () => {
    const client = clientOf((await member(() => undefined)).address);
    const { value, ms } = await timed(client.search('zhejiang', [question], inMs(300)));
    expect(value).toEqual([{ kind: 'none', outcome: 'TIMEOUT', detail: 'no answer by the deadline' }]);
    expect(ms).toBeGreaterThan(250);
    expect(ms).toBeLessThan(600);
  });

  it('is TIMEOUT at the deadline when it takes the connection and says nothing, and the attempt ends with it', async () => {
    const ended: Promise<unknown>[] = [];
    const client = clientOf(await peer((socket) => ended.push(once(socket.resume(), 'close'))));
    const { value, ms } = await timed(client.search('zhejiang', [question], inMs(300)));
    expect(value).toMatchObject([{ outcome: 'TIMEOUT' }]);
    expect(ms).toBeLessThan(600);
    await Promise.all(ended);
    expect(ended).toHaveLength(1);
  });

  it('is TIMEOUT at the deadline when it shakes hands and never sends SETTINGS, and the attempt ends with it', async () => {
    const ended: Promise<unknown>[] = [];
    const { ca, certificate, key } = zhejiang;
    const tls = createTlsServer({ ca, cert: certificate, key, requestCert: true, ALPNProtocols: ['h2'] });
    const address = await peer((socket) => ended.push(once(socket, 'close')), tls);
    tls.on('secureConnection', (socket) => socket.resume().on('error', () => undefined));
    const client = clientOf(address);
    const { value, ms } = await timed(client.search('zhejiang', [question], inMs(400)));
    expect(value).toMatchObject([{ outcome: 'TIMEOUT' }]);
    expect(ms).toBeLessThan(700);
    await Promise.all(ended);
    expect(ended).toHaveLength(1);
  });

  it('is asked over a new connection after one that has gone dead unnoticed', async () => {
    const { address } = await member(answering);
    const proxy = await TcpProxy.start(Number(address.split(':')[1]));
    closing.push(() => void proxy.close());
    const client = clientOf(`127.0.0.1:${proxy.port}`);
    expect(await client.search('zhejiang', [question], inMs(5_000))).toMatchObject([{ kind: 'answer' }]);
    await proxy.suffer({ kind: 'slow-close', ms: 60_000 });
    expect(await client.search('zhejiang', [question], inMs(300))).toMatchObject([{ outcome: 'TIMEOUT' }]);
    expect(await client.search('zhejiang', [question], inMs(5_000))).toMatchObject([{ kind: 'answer' }]);
  });

  it('does not take a call with time left down with one whose time is up', async () => {
    const client = clientOf(
      (await member((call, callback) => setTimeout(() => answering(call, callback), 400))).address,
    );
    const [short, long] = await Promise.all([
      client.search('zhejiang', [question], inMs(5)),
      client.search('zhejiang', [question], inMs(3_000)),
    ]);
    expect(short).toMatchObject([{ outcome: 'TIMEOUT' }]);
    expect(long).toMatchObject([{ kind: 'answer' }]);
  });

  it('is refused an answer over the size limit, and serves on', async () => {
    let bytes = MAX_MESSAGE_BYTES;
    const client = clientOf(
      (
        await member((_call, callback) =>
          callback(null, { results: [{ result: { $case: 'answerJws', value: 'x'.repeat(bytes) } }] }),
        )
      ).address,
    );
    expect(await client.search('zhejiang', [question], inMs(2_000))).toMatchObject([{ outcome: 'REFUSED' }]);
    bytes = 10;
    expect(await client.search('zhejiang', [question], inMs(2_000))).toMatchObject([{ kind: 'answer' }]);
  });
});
