import { X509Certificate } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { status, type handleUnaryCall, type ServiceError } from '@grpc/grpc-js';
import { service as health } from 'grpc-health-check';
import { createTestAuthority } from '../../../../test/certificates.js';
import { FakeRevocations } from '../../../../test/fakes/revocations.js';
import { startTestServer, type TestServer } from '../../../../test/grpc-server.js';
import { Connection } from '../clients/connection.js';
import type { TlsIdentity } from '../credentials.js';
import {
  SimilarityServiceService as Similarity,
  type DescribeIndexRequest,
  type DescribeIndexResponse,
} from '../generated/weft/similarity/v1/similarity.js';
import { silenceOf } from '../outcomes.js';
import { NODE_SERVICES } from './server-options.js';

const STALE = 'the revocation list was issued at 2026-11-02T08:00:00.000Z, over an hour ago';
const closing: (() => void)[] = [];
let zhejiang: TlsIdentity;
let coordinator: TlsIdentity;
let answered = 0;

beforeAll(async () => {
  const authority = await createTestAuthority();
  zhejiang = await authority.province('zhejiang');
  coordinator = await authority.coordinator();
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const fingerprintOf = ({ certificate }: TlsIdentity): string =>
  new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();

const describeIndex: handleUnaryCall<DescribeIndexRequest, DescribeIndexResponse> = (_call, callback) => {
  answered += 1;
  callback(null, {
    province: 'zhejiang',
    modelDigest: '',
    searched: '0',
    declared: '0',
    position: '0',
    registryPosition: '0',
    epoch: '1',
    served: [],
  });
};

async function node(revocations?: FakeRevocations): Promise<TestServer> {
  const server = await startTestServer(
    { identity: { ...zhejiang, revocations }, services: NODE_SERVICES, members: ['zhejiang'] },
    { 'weft.similarity.v1.SimilarityService': { describeIndex } },
  );
  closing.push(() => server.stop());
  return server;
}

function connectTo({ address }: TestServer, revocations?: FakeRevocations): Connection {
  const connection = new Connection(
    { address, tlsName: 'zhejiang.node.weft' },
    { ...coordinator, revocations },
  );
  closing.push(() => connection.close());
  return connection;
}

const soon = () => new Date(Date.now() + 4_000);
/** "OK", or the outcome and its detail. */
const ask = (connection: Connection): Promise<string> =>
  connection.unary(Similarity.describeIndex, {}, soon()).then(
    () => 'OK',
    (error: unknown) => {
      const { outcome, detail } = silenceOf(error);
      return `${outcome}: ${detail}`;
    },
  );
const healthOf = (connection: Connection): Promise<number> =>
  connection.unary(health['Check'] ?? Similarity.describeIndex, { service: '' }, soon()).then(
    () => status.OK,
    (error: ServiceError) => error.code,
  );

describe('a caller whose certificate is revoked', () => {
  it('is refused on the connection that it has, whatever it calls, and the refusal is reported', async () => {
    const list = new FakeRevocations();
    const server = await node(list);
    const connection = connectTo(server);
    expect(await ask(connection)).toBe('OK');
    const before = answered;
    list.certificates.add(fingerprintOf(coordinator));
    expect(await ask(connection)).toBe('REFUSED: the certificate of coordinator is revoked');
    expect(await healthOf(connection)).toBe(status.PERMISSION_DENIED);
    expect(answered).toBe(before);
    expect(server.refused).toMatchObject([
      { peer: 'coordinator', reason: 'REVOKED', rpc: '/weft.similarity.v1.SimilarityService/DescribeIndex' },
      { peer: 'coordinator', reason: 'REVOKED', rpc: '/grpc.health.v1.Health/Check' },
    ]);
  });

  it('is refused with a new certificate too where the party itself is', async () => {
    const list = new FakeRevocations();
    list.parties.add('coordinator');
    const connection = connectTo(await node(list));
    expect(await ask(connection)).toMatch(/^REFUSED: .*revoked/);
    list.parties.clear();
    expect(await ask(connection)).toBe('OK');
  });
});

describe('a server whose certificate is revoked', () => {
  it('is asked nothing more on the connection that there is, and gets no new one', async () => {
    const list = new FakeRevocations();
    const server = await node();
    const connection = connectTo(server, list);
    expect(await ask(connection)).toBe('OK');
    const before = answered;
    list.certificates.add(fingerprintOf(zhejiang));
    expect(await ask(connection)).toBe('REFUSED: the certificate of zhejiang is revoked');
    expect(await ask(connection)).toMatch(/^UNREACHABLE: .*certificate of zhejiang is revoked/);
    expect(await ask(connectTo(server, list))).toMatch(/^UNREACHABLE: .*certificate of zhejiang is revoked/);
    expect(answered).toBe(before);
  });
});

describe('without a revocation list that counts', () => {
  it('a server answers nobody but who looks whether it is there', async () => {
    const list = new FakeRevocations();
    list.stale = STALE;
    const server = await node(list);
    const connection = connectTo(server);
    const before = answered;
    expect(await ask(connection)).toBe(`REFUSED: ${STALE}`);
    expect(await healthOf(connection)).toBe(status.OK);
    expect(answered).toBe(before);
    expect(server.refused).toMatchObject([{ reason: 'NO_REVOCATION_LIST' }]);
    list.stale = null;
    expect(await ask(connection)).toBe('OK');
  });

  it('a client asks nobody, and asks again when there is one', async () => {
    const list = new FakeRevocations();
    list.stale = STALE;
    const connection = connectTo(await node(), list);
    const before = answered;
    expect(await ask(connection)).toBe(`REFUSED: ${STALE}`);
    expect(() => connection.stream(Similarity.describeIndex, soon())).toThrow(STALE);
    expect(answered).toBe(before);
    list.stale = null;
    expect(await ask(connection)).toBe('OK');
  });
});
