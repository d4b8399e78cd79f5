import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { pino } from 'pino';
import { CoordinatorModule, type CoordinatorParts } from '../../apps/coordinator/src/coordinator.module.js';
import {
  GRPC_CONTROLLERS,
  GRPC_PROVIDERS,
  createNodeGrpc,
} from '../../apps/province-node/src/grpc/grpc-server.js';
import * as tokens from '../../apps/province-node/src/tokens.js';
import {
  createStatementSigner,
  createStatementVerifier,
  directoryView,
  generateSigningKey,
  publicKeyOf,
  type Directory,
  type SigningKey,
} from '#libs/federation-log';
import { decodeEmbedding, EMBEDDING_DIMENSION } from '#libs/fingerprint';
import {
  AskerWatch,
  CurrentIndex,
  type CheckDependencies,
  RecentNonces,
  type FindingDesk,
  type Fingerprinter,
  type ShowPictureDeps,
  type StatementSigner,
  type StatementVerifier,
  type Turns,
} from '#libs/registry';
import {
  COORDINATOR_SERVICES,
  createFederationClient,
  createGrpcServerOptions,
  createMemberClient,
  createMetadataClient,
  recordRefusals,
  type LogHandlers,
  type RpcFederationClient,
  type TlsIdentity,
} from '#libs/rpc';
import { ExactIndex } from '#libs/similarity';
import { createTestAuthority, type TestAuthority } from '../certificates.js';
import { FakeLog, MEMBERS, MODEL, clock, digest, random } from '../fakes/federation.js';
import { createFakeChecks, type FakeChecks } from '../fakes/checks.js';
import { createFakeFindings, type FakeFindings } from '../fakes/findings.js';
import { FakeRevocations } from '../fakes/revocations.js';
import { createFakeVerifier, fakeVerification, type FakeVerifier } from '../fakes/verifier.js';
import { fingerprinterOf, MemberRegistry, NEXT_MODEL } from './member-registry.js';

/** The bundle of every check: what it holds is not the node's matter. */
export const EVIDENCE = Buffer.from('{"kind":"weft.evidence.v1"}\n');
const logger = pino({ level: 'silent' });

const PARTIES = [...MEMBERS, 'coordinator'];

/** Four nodes and a coordinator on loopback: real Nest apps, gRPC, TLS and signatures; registries in memory. */
export class GrpcFederation {
  readonly coordinatorLog = new FakeLog();
  readonly registries = new Map(MEMBERS.map((province) => [province, new MemberRegistry(province)]));
  /** What each member keeps, also when it is stopped. */
  readonly findings = new Map(MEMBERS.map((province) => [province, createFakeFindings(province)]));
  private readonly checks = createFakeChecks();
  private readonly identities = new Map<string, TlsIdentity>();
  /** What each party holds for revoked; a test changes it while the federation runs. */
  readonly revocations = new Map(PARTIES.map((party) => [party, new FakeRevocations()]));
  private readonly apps = new Map<string, INestMicroservice>();
  private readonly closing: (() => void)[] = [];

  private constructor(
    readonly authority: TestAuthority,
    readonly directory: Directory,
    private readonly keys: ReadonlyMap<string, SigningKey>,
  ) {}

  static async start(): Promise<GrpcFederation> {
    const authority = await createTestAuthority();
    const keys = new Map<string, SigningKey>();
    for (const name of [...MEMBERS, 'coordinator']) keys.set(name, await generateSigningKey());
    const endpoint = async (name: string, tlsName: string) => ({
      address: `127.0.0.1:${await freePort()}`,
      tlsName,
      keys: [publicKeyOf(of(keys, name))],
    });
    const members = [];
    for (const province of MEMBERS)
      members.push({ province, ...(await endpoint(province, `${province}.node.weft`)) });
    const federation = new GrpcFederation(
      authority,
      {
        kind: 'weft.directory.v1',
        epoch: 1,
        issuedAt: '2026-01-01T00:00:00.000Z',
        members,
        coordinator: await endpoint('coordinator', 'coordinator.weft'),
        calibration: {
          id: 'cal-test',
          modelDigest: MODEL,
          duplicateAt: 0.95,
          suspectedAt: 0.8,
          gallery: 1_000,
          background: [],
        },
        nextCalibration: {
          id: 'cal-next',
          modelDigest: NEXT_MODEL,
          duplicateAt: 0.9,
          suspectedAt: 0.7,
          gallery: 1_000,
          background: [],
        },
      },
      keys,
    );
    federation.identities.set('coordinator', await authority.coordinator());
    for (const province of MEMBERS) federation.identities.set(province, await authority.province(province));
    for (const province of MEMBERS) await federation.startMember(province);
    await federation.startCoordinator();
    return federation;
  }

  registry(province: string): MemberRegistry {
    return of(this.registries, province);
  }

  identity(name: string): TlsIdentity {
    return { ...of(this.identities, name), revocations: of(this.revocations, name) };
  }

  /**
   * @param versions that it serves, its program's own first
   * @param turns in which it verifies; by default wide ones
   * @param replica of a further process: its address, and its own verifier
   */
  async startMember(
    province: string,
    versions: readonly string[] = [MODEL],
    turns?: Turns,
    replica?: { readonly address: string; readonly verifier: FakeVerifier },
  ): Promise<void> {
    const registry = this.registry(province);
    const indexes = versions.map(
      (version) =>
        new CurrentIndex(
          registry,
          new ExactIndex(version, EMBEDDING_DIMENSION),
          decodeEmbedding,
          () => undefined,
        ),
    );
    const { address } = replica ?? this.member(province);
    const verifies = replica?.verifier ?? registry.candidateVerifier;
    const config = {
      province,
      shareOwner: false,
      sharePictures: 'thumbnail',
      reflection: false,
      grpcListen: { host: '127.0.0.1', port: Number(address.split(':')[1]) },
    };
    const signer = await createStatementSigner(of(this.keys, province));
    const verifier = createStatementVerifier(this.directory);
    const values: [symbol, unknown][] = [
      [tokens.CONFIG, config],
      [tokens.LOGGER, logger],
      [tokens.REGISTRY, registry],
      [tokens.INDEXES, indexes],
      [tokens.COUNTS, { cosigned: () => 0, declared: async () => null }],
      [tokens.VERIFICATION, { ...fakeVerification(verifies, registry), ...(turns ? { turns } : {}) }],
      [tokens.AUDIT_LOG, registry.log],
      [tokens.ASKER_WATCH, new AskerWatch(clock, 1_000_000, 'secret')],
      [tokens.SIGNER, signer],
      [tokens.VERIFIER, verifier],
      [tokens.FINDING_DESK, await this.findingDesk(province)],
      [tokens.SHOW_PICTURE, showing(province, registry, signer, verifier)],
      [tokens.DIRECTORY, this.directory],
      [tokens.CLOCK, clock],
      [tokens.LOG_HANDLERS, silentLog],
      [tokens.WITNESS, { addCheckpoint: async () => ({ status: 404, contentType: 'text/plain', body: '' }) }],
    ];
    const { microservice, health } = createNodeGrpc({
      config,
      identity: this.identity(province),
      directory: this.directory,
      log: registry.log,
      clock,
    });
    const module = {
      module: MemberModule,
      controllers: [...GRPC_CONTROLLERS],
      providers: [...GRPC_PROVIDERS, ...values.map(([provide, useValue]) => ({ provide, useValue }))],
    };
    await this.run(replica?.address ?? province, module, microservice);
    health.serving();
  }

  /** A further process of a member: its registry, its keys and its log, an index of its own. @returns its address; `stop` takes it by that */
  async startReplica(
    province: string,
  ): Promise<{ readonly address: string; readonly verifier: FakeVerifier }> {
    const replica = {
      address: `127.0.0.1:${await freePort()}`,
      verifier: createFakeVerifier(decodeEmbedding),
    };
    await this.startMember(province, [MODEL], undefined, replica);
    return replica;
  }

  /** What a member exchanges findings with; its checks are all members'. */
  async findingDesk(province: string): Promise<FindingDesk & { findings: FakeFindings; checks: FakeChecks }> {
    const registry = this.registry(province);
    return {
      ...{ province, registry, log: registry.log, clock, random, digest, checks: this.checks },
      findings: of(this.findings, province),
      evidenceOf: async () => EVIDENCE,
      signer: await createStatementSigner(of(this.keys, province)),
      verifier: createStatementVerifier(this.directory),
    };
  }

  /**
   * A coordinator more, with the keys and the log of the first.
   * @param alsoAt further addresses of members
   * @returns its address; `stop` takes it by that
   */
  async startFurtherCoordinator(
    alsoAt: ReadonlyMap<string, readonly string[]> = new Map(),
    hedges?: CoordinatorParts['hedges'],
  ): Promise<string> {
    const address = `127.0.0.1:${await freePort()}`;
    await this.startCoordinator(address, address, alsoAt, hedges);
    return address;
  }

  private async startCoordinator(
    name = 'coordinator',
    listen = this.directory.coordinator.address,
    alsoAt: ReadonlyMap<string, readonly string[]> = new Map(),
    hedges?: CoordinatorParts['hedges'],
  ): Promise<void> {
    const replicated = this.directory.members.map((member) => ({
      ...member,
      alsoAt: [...(alsoAt.get(member.province) ?? [])],
    }));
    const members = createMemberClient(
      { ...this.directory, members: replicated },
      this.identity('coordinator'),
    );
    this.closing.push(() => members.close());
    const { options, health } = createGrpcServerOptions({
      listen,
      identity: this.identity('coordinator'),
      services: COORDINATOR_SERVICES,
      members: MEMBERS,
      onRefused: recordRefusals(this.coordinatorLog, clock),
      reflection: false,
    });
    const module = CoordinatorModule.of({
      directory: this.directory,
      trust: {
        kind: 'weft.trust.v1',
        threshold: 3,
        founders: MEMBERS.map((province) => ({ province, key: publicKeyOf(of(this.keys, province)) })),
      },
      members,
      signer: await createStatementSigner(of(this.keys, 'coordinator')),
      verifier: createStatementVerifier(this.directory),
      log: this.coordinatorLog,
      clock,
      logger,
      logHandlers: silentLog,
      ...(hedges ? { hedges } : {}),
    });
    await this.run(name, module, { transport: Transport.GRPC, options });
    health.serving();
  }

  private async run(name: string, module: object, options: MicroserviceOptions): Promise<void> {
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
      ...options,
      logger: false,
    });
    await app.listen();
    this.apps.set(name, app);
  }

  async stop(name: string): Promise<void> {
    await of(this.apps, name).close();
    this.apps.delete(name);
  }

  member(province: string): Directory['members'][number] {
    const found = this.directory.members.find((member) => member.province === province);
    if (!found) throw new Error(`no member ${province}`);
    return found;
  }

  /** The coordinator's client of a node; `as` shows another's certificate. @param at the coordinator's addresses, if not the first's */
  client(as: string, at: readonly string[] = []): RpcFederationClient {
    const [address = this.directory.coordinator.address, ...alsoAt] = at;
    const coordinator = { ...this.directory.coordinator, address, alsoAt };
    const client = createFederationClient({ ...this.directory, coordinator }, this.identity(as));
    this.closing.push(() => client.close());
    return client;
  }

  /** What the asking node needs; its program makes this version. */
  async asking(
    province: string,
    version = MODEL,
  ): Promise<CheckDependencies & { fingerprinter: Fingerprinter }> {
    const metadata = createMetadataClient(this.directory, this.identity(province));
    this.closing.push(() => metadata.close());
    return {
      province,
      federation: this.client(province),
      metadata,
      directory: directoryView(this.directory),
      signer: await createStatementSigner(of(this.keys, province)),
      verifier: createStatementVerifier(this.directory),
      digest,
      sentOf: (fingerprint) => fingerprint,
      log: this.registry(province).log,
      clock,
      random,
      fingerprinter: fingerprinterOf(version),
    };
  }

  async close(): Promise<void> {
    for (const close of this.closing) close();
    for (const name of [...this.apps.keys()]) await this.stop(name);
  }
}

/** A province that shows thumbnails; its pictures are their ids. */
function showing(
  province: string,
  registry: MemberRegistry,
  signer: StatementSigner,
  verifier: StatementVerifier,
): ShowPictureDeps {
  return {
    ...{ province, policy: 'thumbnail', registry, signer, verifier, log: registry.log, clock, digest },
    depositCopies: { get: async (pictureDigest) => Buffer.from(pictureDigest) },
    draw: async (picture, side, words) => Buffer.from(`${Buffer.from(picture).toString()} ${side} ${words}`),
    seen: new RecentNonces(clock),
  };
}

/** Registries in memory have no log that is signed. */
const silentLog: Pick<LogHandlers, 'getReceipts' | 'readFile'> = {
  getReceipts: async () => ({ results: [] }),
  readFile: async () => ({ content: Buffer.alloc(0), size: '0' }),
};

@Module({})
class MemberModule {}

function of<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new Error(`nothing for ${name}`);
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
