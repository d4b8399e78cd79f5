import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Client,
  credentials,
  status,
  type ChannelCredentials,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { COORDINATOR_SERVICES, NODE_SERVICES, type TlsIdentity } from '#libs/rpc';
import { createTestAuthority, type TestAuthority } from '../certificates.js';
import { startTestServer, type TestServer } from '../grpc-server.js';

const NAME = 'zhejiang.node.weft';
const HEALTH = '/grpc.health.v1.Health/Check';
/** Who may call what, as docs/federation-protocol.md has it: m a member, c the coordinator. */
const CALLERS: Readonly<Record<string, string>> = {
  'weft.similarity.v1.SimilarityService/Search': 'c',
  'weft.similarity.v1.SimilarityService/DescribeIndex': 'mc',
  'weft.registration.v1.RegistrationService/GetRegistration': 'm',
  'weft.registration.v1.RegistrationService/BatchGetRegistrations': 'm',
  'weft.registration.v1.RegistrationService/ShowPicture': 'm',
  'weft.finding.v1.FindingService/DeliverStatement': 'm',
  'weft.check.v1.DuplicateCheckService/Check': 'm',
  'weft.check.v1.DuplicateCheckService/CheckBatch': 'm',
  'weft.clearance.v1.ClearanceService/MintClearToken': 'm',
  'weft.federation.v1.FederationService/DescribeMembers': 'm',
  'weft.witness.v1.WitnessService/AddCheckpoint': 'mc',
  'weft.log.v1.LogService/GetReceipts': 'm',
  'weft.log.v1.LogService/ReadFile': 'm',
};
const SERVICES: Readonly<Record<string, ServiceDefinition>> = { ...NODE_SERVICES, ...COORDINATOR_SERVICES };

let authority: TestAuthority;
let server: TestServer;
let reached = 0;

beforeAll(async () => {
  authority = await createTestAuthority();
  const implementations = Object.entries(SERVICES).map(
    ([name, service]): [string, UntypedServiceImplementation] => [
      name,
      Object.fromEntries(
        Object.entries(service).map(([method, { responseStream }]) => [
          method,
          responseStream
            ? (call: ServerDuplexStream<unknown, unknown>) => {
                reached += 1;
                call.end();
              }
            : (_call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
                reached += 1;
                callback({ code: status.DATA_LOSS, details: 'reached' });
              },
        ]),
      ),
    ],
  );
  const identity = await authority.province('zhejiang');
  server = await startTestServer(
    { identity, services: SERVICES, members: ['zhejiang', 'shandong'] },
    Object.fromEntries(implementations),
  );
});
afterAll(() => server.stop());

const rpcs = Object.values(SERVICES).flatMap((service) => Object.values(service));
const shown = ({ ca, key, certificate }: TlsIdentity) => credentials.createSsl(ca, key, certificate);

/** Calls every rpc with one credential; the statuses, by path. Those that take a stream are opened and ended. */
async function callAll(as: ChannelCredentials): Promise<Map<string, status>> {
  const options = {
    'grpc.ssl_target_name_override': NAME,
    'grpc.default_authority': NAME,
    'grpc.use_local_subchannel_pool': 1,
  };
  const client = new Client(server.address, as, options);
  const raw = (bytes: Buffer): Buffer => bytes;
  const deadline = { deadline: Date.now() + 20_000 };
  const statuses = new Map<string, status>();
  for (const { path, requestStream } of rpcs) {
    const code = await new Promise<status>((resolve) => {
      if (requestStream) {
        const stream = client.makeBidiStreamRequest(path, raw, raw, deadline);
        stream.on('error', () => undefined).on('data', () => undefined);
        stream.on('status', (ended: { code: status }) => resolve(ended.code)).end();
      } else
        client.makeUnaryRequest(path, raw, raw, Buffer.alloc(0), deadline, (error) =>
          resolve(error ? error.code : status.OK),
        );
    });
    statuses.set(path.slice(1), code);
  }
  client.close();
  return statuses;
}

describe('every rpc', () => {
  it('is in the table of callers', () => {
    expect(rpcs.map(({ path }) => path.slice(1)).sort()).toEqual(Object.keys(CALLERS).sort());
  });

  it.each<[string, () => Promise<ChannelCredentials>]>([
    ['no certificate', async () => credentials.createSsl(authority.ca)],
    ['no TLS', async () => credentials.createInsecure()],
    [
      'one of another authority',
      async () => {
        const { key, certificate } = await (await createTestAuthority()).province('shandong');
        return credentials.createSsl(authority.ca, key, certificate);
      },
    ],
    [
      'an expired one',
      async () => {
        const subject = {
          commonName: 'shandong',
          dnsName: 'shandong.node.weft',
          uri: 'urn:weft:province:shandong',
        };
        return shown(await authority.issue(subject, new Date(Date.now() - 3 * 86_400_000)));
      },
    ],
  ])('gets no connection with %s', async (_name, credential) => {
    const before = reached;
    expect(new Set((await callAll(await credential())).values())).toEqual(new Set([status.UNAVAILABLE]));
    expect(reached).toBe(before);
  });

  it.each<[string, string, () => Promise<TlsIdentity>]>([
    ['a member', 'm', () => authority.province('shandong')],
    ['the coordinator', 'c', () => authority.coordinator()],
    ['a province that is no member', '', () => authority.province('fujian')],
    [
      'a certificate that names nobody',
      '',
      () =>
        authority.issue({ commonName: 'zhejiang', dnsName: NAME, uri: 'urn:weft:province:zhejiang:node' }),
    ],
    [
      'a certificate that names a member as its host alone',
      '',
      () => authority.issue({ commonName: 'zhejiang', dnsName: NAME, uri: 'urn:example:zhejiang' }),
    ],
  ])('of %s is let in by the table alone', async (_name, role, identity) => {
    const before = server.refused.length;
    const statuses = await callAll(shown(await identity()));
    const refused = [...statuses]
      .filter(([, code]) => code === status.PERMISSION_DENIED)
      .map(([path]) => path);
    const due = Object.entries(CALLERS).filter(([, callers]) => role === '' || !callers.includes(role));
    expect(refused.sort()).toEqual(due.map(([path]) => path).sort());
    expect(
      server.refused
        .slice(before)
        .map(({ rpc }) => rpc.slice(1))
        .sort(),
    ).toEqual(refused.sort());
  });

  it('does not exist under a name that looks like it', async () => {
    const client = new Client(server.address, shown(await authority.province('shandong')), {
      'grpc.ssl_target_name_override': NAME,
    });
    const raw = (bytes: Buffer): Buffer => bytes;
    const call = (path: string) =>
      new Promise<number>((resolve) => {
        client.makeUnaryRequest(path, raw, raw, Buffer.alloc(0), { deadline: Date.now() + 20_000 }, (error) =>
          resolve(error ? error.code : status.OK),
        );
      });
    for (const path of [
      '/weft.log.v1.LogService/ReadFile/',
      '//weft.log.v1.LogService/ReadFile',
      '/weft.log.v1.LogService/readfile',
      '/weft.log.v1.LogService/../ReadFile',
    ])
      expect([path, [status.UNIMPLEMENTED, status.PERMISSION_DENIED]]).toEqual([
        path,
        expect.arrayContaining([await call(path)]),
      ]);
    expect(await call(HEALTH)).toBe(status.OK);
    client.close();
  });
});
