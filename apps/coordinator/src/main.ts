import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { Transport, type MicroserviceOptions } from '@nestjs/microservices';
import type { Logger } from 'pino';
import {
  StartError,
  hostAndPort,
  loadIdentity,
  parsePartyConfig,
  readDatabaseUrl,
  watchRevocations,
  type Identity,
  type PartyConfig,
} from '#libs/identity';
import { runProcess, type Running } from '#libs/lifecycle';
import { recordInForce } from '#libs/log-service';
import { countEvents, countHedges, createMetrics, listenForScrapes, watchParty } from '#libs/metrics';
import {
  createAuditLog,
  createDataSource,
  migrate,
  PostgresCosignedCheckpoints,
  PostgresEntryFinder,
  PostgresLogStore,
} from '#libs/persistence';
import type { AuditLog, Clock } from '#libs/registry';
import { traceLog, withTracing } from '#libs/tracing';
import { COORDINATOR_SERVICES, createGrpcServerOptions, createMemberClient, recordRefusals } from '#libs/rpc';
import { CoordinatorModule } from './coordinator.module.js';
import { listenForLogReaders, openLog } from './open-log.js';
import { openWitnessing } from './open-witnessing.js';

const clock: Clock = { now: () => new Date() };

/** Its revocation list is looked at until the process ends. */
async function openIdentity(config: PartyConfig, logger: Logger): Promise<Identity> {
  const identity = await loadIdentity('coordinator', config, () => clock.now());
  watchRevocations(identity.tls.revocations, logger);
  return identity;
}

/** Until when others take what this process shows them, and what it takes of them. */
function endsOf({ certificate, revocations }: Identity['tls']) {
  return { certificateEnds: new Date(new X509Certificate(certificate).validTo), revocations };
}

async function start(config: PartyConfig, logger: Logger): Promise<Running> {
  const identity = await openIdentity(config, logger);
  const { directory, trust, signer, verifier, tls } = identity;
  const dataSource = await createDataSource(await readDatabaseUrl(config.database));
  await migrate(dataSource);
  const metrics = createMetrics();
  const log = traceLog(countEvents(createAuditLog(dataSource, 'coordinator'), metrics));
  const logStore = new PostgresLogStore(dataSource, 'coordinator');
  const signedLog = await openLog(config, directory, logStore, logger);
  const witnessing = openWitnessing(config, {
    identity,
    running: signedLog,
    logStore,
    checkpoints: new PostgresCosignedCheckpoints(dataSource, 'coordinator'),
    entries: new PostgresEntryFinder(dataSource, 'coordinator'),
    clock,
    logger,
  });
  watchParty(metrics, {
    log: signedLog,
    cosigning: witnessing.cosigning,
    ...endsOf(tls),
  });
  await recordStart(log, identity, new PostgresEntryFinder(dataSource, 'coordinator'));

  const members = createMemberClient(directory, tls);
  const { options, health } = serverOptions(config, identity, log);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    CoordinatorModule.of({
      directory,
      trust,
      members,
      signer,
      verifier,
      log,
      clock,
      logger,
      logHandlers: witnessing.logHandlers,
      hedges: countHedges(metrics),
    }),
    { transport: Transport.GRPC, options, logger: ['error', 'warn'] },
  );
  await app.listen().catch((cause: unknown) => {
    throw new StartError('WEFT_GRPC_LISTEN', 'its address cannot be listened on', 'free it, or set another', {
      cause,
    });
  });
  const readers = await listenForLogReaders(config, witnessing.published, tls, logger);
  const scrapes = config.metricsListen && (await listenForScrapes(config.metricsListen, metrics));
  health.serving();
  logger.info({ listen: hostAndPort(config.grpcListen), epoch: directory.epoch }, 'ready');
  return {
    async stop() {
      health.stopping();
      await app.close();
      members.close();
      await readers?.close();
      await scrapes?.close();
      await witnessing.close();
      await signedLog.stop();
      await dataSource.destroy();
    },
  };
}

function serverOptions(
  { grpcListen, reflection }: PartyConfig,
  { directory, tls }: Pick<Identity, 'directory' | 'tls'>,
  log: AuditLog,
) {
  return createGrpcServerOptions({
    listen: hostAndPort(grpcListen),
    identity: tls,
    services: COORDINATOR_SERVICES,
    members: directory.members.map((member) => member.province),
    onRefused: recordRefusals(log, clock),
    reflection,
  });
}

async function recordStart(
  log: AuditLog,
  { directory, directoryDigest }: Pick<Identity, 'directory' | 'directoryDigest'>,
  entries: PostgresEntryFinder,
): Promise<void> {
  const at = clock.now().toISOString();
  const program = { kind: 'program', name: 'coordinator' } as const;
  const success = { outcome: 'success', actor: program, at, subject: null } as const;
  await log.append({
    ...success,
    type: 'directory.loaded',
    details: {
      epoch: directory.epoch,
      digest: directoryDigest,
      members: directory.members.map((member) => member.province),
    },
  });
  const inForce = { directory, directoryDigest, served: [] };
  await recordInForce(log, (type, subject) => entries.lastInForce(type, subject), inForce, program, at);
  await log.append({ ...success, type: 'node.started', details: { epoch: directory.epoch, served: [] } });
}

await runProcess({
  name: 'coordinator',
  stopMs: 5_000,
  configure: () => parsePartyConfig(process.env),
  labels: () => ({}),
  start: withTracing(() => 'coordinator', start),
});
