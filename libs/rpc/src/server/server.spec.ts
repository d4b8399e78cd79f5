import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Client,
  Metadata,
  Server,
  ServerCredentials,
  credentials,
  status,
  type ChannelCredentials,
  type ServiceDefinition,
  type ServiceError,
  type handleUnaryCall,
} from '@grpc/grpc-js';
import { connect } from 'node:tls';
import { once } from 'node:events';
import type { Directory } from '#libs/federation-log';
import { createTestAuthority, type TestAuthority } from '../../../../test/certificates.js';
import { startTestServer, type TestServer } from '../../../../test/grpc-server.js';
import { createMemberClient } from '../clients/member-client.js';
import type { TlsIdentity } from '../credentials.js';
import {
  SearchRequest,
  type DescribeIndexRequest,
  type DescribeIndexResponse,
  type SearchResponse,
} from '../generated/weft/similarity/v1/similarity.js';
import { MAX_MESSAGE_BYTES } from '../limits.js';
import type { ReportRefusal } from './guard.js';
import { RPCS_WITH_A_ROW, mayCall } from './policy.js';
import { COORDINATOR_SERVICES, NODE_SERVICES } from './server-options.js';

const SIMILARITY = 'weft.similarity.v1.SimilarityService';
const SEARCH = `/${SIMILARITY}/Search`;
const HEALTH = '/grpc.health.v1.Health/Check';
const NAME = 'zhejiang.node.weft';
const closing: (() => void)[] = [];
let authority: TestAuthority;
let zhejiang: TlsIdentity;
let searches = 0;

beforeAll(async () => {
  authority = await createTestAuthority();
  zhejiang = await authority.province('zhejiang');
});

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function node(
  setup: { identity?: TlsIdentity; onRefused?: ReportRefusal; reflection?: boolean } = {},
): Promise<TestServer> {
  const server = await startTestServer(
    { identity: zhejiang, services: NODE_SERVICES, members: ['zhejiang', 'shandong'], ...setup },
    { [SIMILARITY]: { search, describeIndex } },
  );
  closing.push(() => server.stop());
  return server;
}

const search: handleUnaryCall<SearchRequest, SearchResponse> = (_call, callback) => {
  searches += 1;
  callback(null, { results: [] });
};

const describeIndex: handleUnaryCall<DescribeIndexRequest, DescribeIndexResponse> = (_call, callback) => {
  callback({ code: status.UNAVAILABLE });
};

const asClient = ({ ca, key, certificate }: TlsIdentity): ChannelCredentials =>
  credentials.createSsl(ca, key, certificate);

/** The status and details of one raw call; OK if it was answered. */
async function call(
  address: string,
  as: ChannelCredentials,
  path: string,
  request = Buffer.alloc(0),
  metadata = new Metadata(),
): Promise<{ code: number; details: string }> {
  const client = new Client(address, as, {
    'grpc.ssl_target_name_override': NAME,
    'grpc.default_authority': NAME,
    'grpc.use_local_subchannel_pool': 1,
  });
  closing.push(() => client.close());
  const raw = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      path,
      raw,
      raw,
      request,
      metadata,
      { deadline: Date.now() + 2_000 },
      (error: ServiceError | null) =>
        resolve(error ? { code: error.code, details: error.details } : { code: status.OK, details: '' }),
    );
  });
}

describe('who gets a connection', () => {
  it('is the holder of a certificate of the federation alone', async () => {
    const { address } = await node();
    const stranger = await (await createTestAuthority()).province('shandong');
    const subject = {
      commonName: 'shandong',
      dnsName: 'shandong.node.weft',
      uri: 'urn:weft:province:shandong',
    };
    const expired = await authority.issue(subject, new Date(Date.now() - 3 * 86_400_000));
    const notYet = await authority.issue(subject, new Date(Date.now() + 86_400_000));
    const before = searches;
    const refused: [string, ChannelCredentials][] = [
      ['another authority', credentials.createSsl(zhejiang.ca, stranger.key, stranger.certificate)],
      ['no certificate', credentials.createSsl(zhejiang.ca)],
      ['an expired one', asClient(expired)],
      ['one of tomorrow', asClient(notYet)],
      ['no TLS', credentials.createInsecure()],
    ];
    for (const [name, as] of refused) {
      expect([name, (await call(address, as, HEALTH)).code]).toEqual([name, status.UNAVAILABLE]);
    }
    expect(searches).toBe(before);
    const shandong = await authority.province('shandong');
    expect(await call(address, asClient(shandong), HEALTH)).toMatchObject({ code: status.OK });
  });

  it('speaks TLS 1.3', async () => {
    const { address } = await node();
    const { ca, key, certificate } = await authority.province('shandong');
    const port = Number(address.split(':')[1]);
    const options = {
      host: '127.0.0.1',
      port,
      ca,
      key,
      cert: certificate,
      servername: NAME,
      ALPNProtocols: ['h2'],
    };
    const old = connect({ ...options, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    const [error] = (await once(old, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    const current = connect(options);
    await once(current, 'secureConnect');
    expect(current.getProtocol()).toBe('TLSv1.3');
    current.destroy();
  });
});

describe('whom a client of the federation believes', () => {
  const searchAt = async (address: string) => {
    const endpoint = { address, tlsName: NAME, keys: [] };
    const directory: Directory = {
      kind: 'weft.directory.v1',
      epoch: 1,
      issuedAt: '2026-11-01T00:00:00.000Z',
      members: [{ province: 'zhejiang', ...endpoint }],
      coordinator: endpoint,
      calibration: {
        id: 'cal-test',
        modelDigest: `sha256:${'1'.repeat(64)}`,
        duplicateAt: 0.9,
        suspectedAt: 0.8,
        gallery: 1_000,
        background: [],
      },
    };
    const client = createMemberClient(directory, await authority.coordinator());
    closing.push(() => client.close());
    const question = { questionJws: 'q', fingerprint: new Uint8Array([1]) };
    const [reply] = await client.search('zhejiang', [question], new Date(Date.now() + 2_000));
    return reply?.kind === 'none' ? [reply.outcome, reply.detail] : [reply?.kind];
  };

  it('is the server that the directory names', async () => {
    const foreign = await (await createTestAuthority()).province('zhejiang');
    expect(await searchAt((await node({ identity: { ...foreign, ca: authority.ca } })).address)).toEqual([
      'UNREACHABLE',
      expect.stringContaining('unable to verify'),
    ]);
    const shandong = await authority.province('shandong');
    expect(await searchAt((await node({ identity: shandong })).address)).toEqual([
      'UNREACHABLE',
      expect.stringContaining("does not match certificate's altnames"),
    ]);
    const subject = { commonName: 'zhejiang', dnsName: NAME, uri: 'urn:weft:province:zhejiang' };
    const expired = await authority.issue(subject, new Date(Date.now() - 3 * 86_400_000));
    expect(await searchAt((await node({ identity: expired })).address)).toEqual([
      'UNREACHABLE',
      expect.stringContaining('expired'),
    ]);
  });

  it('does not speak TLS 1.2', async () => {
    const old = new Server();
    closing.push(() => old.forceShutdown());
    class OldCredentials extends ServerCredentials {
      constructor() {
        const { ca, certificate, key } = zhejiang;
        super({ requestCert: true }, { ca, cert: certificate, key, maxVersion: 'TLSv1.2' });
      }
      override _equals(other: ServerCredentials): boolean {
        return other === this;
      }
    }
    const port = await new Promise<number>((resolve, reject) => {
      old.bindAsync('127.0.0.1:0', new OldCredentials(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    expect(await searchAt(`127.0.0.1:${port}`)).toEqual(['UNREACHABLE', expect.stringContaining('version')]);
  });
});

describe('who may call what', () => {
  it('has a row for every rpc of the federation', () => {
    const rpcs = Object.values({ ...NODE_SERVICES, ...COORDINATOR_SERVICES }).flatMap((service) =>
      Object.values(service as ServiceDefinition).map(({ path }) => path),
    );
    expect(rpcs).toHaveLength(13);
    expect(RPCS_WITH_A_ROW).toEqual(expect.arrayContaining(rpcs));
  });

  it('refuses what has no row, to everybody', () => {
    const members = new Set(['zhejiang']);
    for (const rpc of ['/weft.similarity.v1.SimilarityService/Export', '/constructor', '/toString', '']) {
      expect(mayCall(rpc, { kind: 'coordinator' }, members)).toBe(false);
      expect(mayCall(rpc, { kind: 'province', province: 'zhejiang' }, members)).toBe(false);
    }
  });

  it('refuses and reports a province that searches, a former member, and a nameless certificate', async () => {
    const server = await node();
    const nameless = { commonName: 'x', dnsName: NAME, uri: 'urn:weft:province:zhejiang:x' };
    const describeIndex = `/${SIMILARITY}/DescribeIndex`;
    const callers: [string, TlsIdentity, string][] = [
      ['shandong', await authority.province('shandong'), SEARCH],
      ['fujian', await authority.province('fujian'), describeIndex],
      ['unknown', await authority.issue(nameless), describeIndex],
    ];
    const before = searches;
    for (const [, identity, rpc] of callers) {
      expect(await call(server.address, asClient(identity), rpc)).toMatchObject({
        code: status.PERMISSION_DENIED,
      });
    }
    expect(server.refused).toMatchObject(callers.map(([peer, , rpc]) => ({ peer, rpc })));
    expect(searches).toBe(before);
    const coordinator = asClient(await authority.coordinator());
    expect(await call(server.address, coordinator, SEARCH)).toMatchObject({ code: status.OK });
    expect(searches).toBe(before + 1);
  });

  it('refuses also when the refusal cannot be recorded, and says so', async () => {
    const { address } = await node({ onRefused: () => Promise.reject(new Error('the log is full')) });
    const before = searches;
    const refused = await call(address, asClient(await authority.province('shandong')), SEARCH);
    expect(refused.code).toBe(status.UNAVAILABLE);
    expect(refused.details).toContain('could not be recorded');
    expect(searches).toBe(before);
  });

  it('serves health always, reflection when it is on, to any certificate of the federation', async () => {
    const reflection = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    const fujian = asClient(await authority.province('fujian'));
    const off = await node();
    expect(await call(off.address, fujian, HEALTH)).toMatchObject({ code: status.OK });
    expect(await call(off.address, fujian, reflection)).toMatchObject({ code: status.UNIMPLEMENTED });
    const on = await node({ reflection: true });
    const client = new Client(on.address, fujian, { 'grpc.ssl_target_name_override': NAME });
    closing.push(() => client.close());
    const raw = (bytes: Buffer): Buffer => bytes;
    const stream = client.makeBidiStreamRequest(reflection, raw, raw, new Metadata(), {
      deadline: Date.now() + 2_000,
    });
    // ServerReflectionRequest{list_services: ""}
    stream.end(Buffer.from([0x3a, 0x00]));
    const [answer] = (await once(stream, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toContain(SIMILARITY);
  });
});

describe('an oversized request', () => {
  it('is RESOURCE_EXHAUSTED, and the next one is served', async () => {
    const { address } = await node();
    const coordinator = asClient(await authority.coordinator());
    const queries = [{ questionJws: 'x'.repeat(MAX_MESSAGE_BYTES), fingerprint: Buffer.alloc(0) }];
    const request = Buffer.from(SearchRequest.encode({ queries }).finish());
    expect(await call(address, coordinator, SEARCH, request)).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    });
    expect(await call(address, coordinator, SEARCH)).toMatchObject({ code: status.OK });
  });

  it('or one with 100 KiB of metadata does not reach its handler', async () => {
    const { address } = await node();
    const coordinator = asClient(await authority.coordinator());
    const metadata = new Metadata();
    metadata.set('x', 'x'.repeat(102_400));
    const before = searches;
    expect((await call(address, coordinator, SEARCH, undefined, metadata)).code).not.toBe(status.OK);
    expect(searches).toBe(before);
    expect(await call(address, coordinator, SEARCH)).toMatchObject({ code: status.OK });
  });

  it.each([
    ['cut short', Buffer.from([0x0a, 0x7f])],
    ['of no wire type', Buffer.from([0x0f])],
  ])('or one that is %s fails alone', async (_name, request) => {
    const { address } = await node();
    const coordinator = asClient(await authority.coordinator());
    expect((await call(address, coordinator, SEARCH, request)).code).not.toBe(status.OK);
    expect(await call(address, coordinator, SEARCH)).toMatchObject({ code: status.OK });
  });
});
