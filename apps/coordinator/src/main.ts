import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { pino, type Logger } from 'pino';
import type { Directory } from '#libs/federation-log';
import {
  StartError,
  hostAndPort,
  loadIdentity,
  parsePartyConfig,
  readDatabaseUrl,
  type PartyConfig,
} from '#libs/identity';
import {
  PersistenceError,
  describeError,
  createAuditLog,
  createDataSource,
  migrate,
} from '#libs/persistence';
import type { AuditLog, Clock } from '#libs/registry';
import { COORDINATOR_SERVICES, createGrpcServerOptions, createMemberClient, recordRefusals } from '#libs/rpc';
import { CoordinatorModule } from './coordinator.module.js';

/** Longest that calls on their way are waited for when the process is told to stop. */
const STOP_MS = 5_000;

const clock: Clock = { now: () => new Date() };

async function start(config: PartyConfig, logger: Logger): Promise<() => Promise<void>> {
  const { directory, signer, verifier, tls } = await loadIdentity('coordinator', config, clock.now());
  const dataSource = await createDataSource(await readDatabaseUrl(config.database));
  await migrate(dataSource);
  const log = createAuditLog(dataSource, 'coordinator');
  await recordStart(log, directory);

  const members = createMemberClient(directory, tls);
  const { options, health } = createGrpcServerOptions({
    listen: hostAndPort(config.grpcListen),
    identity: tls,
    services: COORDINATOR_SERVICES,
    members: directory.members.map((member) => member.province),
    onRefused: recordRefusals(log, clock),
    reflection: config.reflection,
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    CoordinatorModule.of({ directory, members, signer, verifier, log, clock, logger }),
    { transport: Transport.GRPC, options, logger: ['error', 'warn'] },
  );
  await app.listen().catch((cause: unknown) => {
    throw new StartError('WEFT_GRPC_LISTEN', 'its address cannot be listened on', 'free it, or set another', {
      cause,
    });
  });
  health.serving();
  logger.info({ listen: hostAndPort(config.grpcListen), epoch: directory.epoch }, 'coordinator ready');
  return async () => {
    health.stopping();
    await app.close();
    members.close();
    await dataSource.destroy();
  };
}

async function recordStart(log: AuditLog, directory: Directory): Promise<void> {
  const at = clock.now().toISOString();
  const program = { kind: 'program', name: 'coordinator' } as const;
  const success = { outcome: 'success', actor: program, at, subject: null } as const;
  await log.append({
    ...success,
    type: 'directory.loaded',
    details: { epoch: directory.epoch, members: directory.members.map((member) => member.province) },
  });
  await log.append({ ...success, type: 'node.started', details: { epoch: directory.epoch } });
}

async function main(): Promise<void> {
  const logger = pino(
    { base: { process: 'coordinator' }, serializers: { err: describeError } },
    pino.destination({ sync: true }),
  );
  try {
    const config = parsePartyConfig(process.env);
    logger.level = config.logLevel;
    const stop = await start(config, logger);
    let stopping = false;
    const onStop = (reason: string) => {
      if (stopping) return;
      stopping = true;
      logger.info({ reason }, 'coordinator stops');
      setTimeout(() => {
        logger.warn('calls were still open; they are cut off');
        process.exit(0);
      }, STOP_MS).unref();
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
    };
    process.once('SIGTERM', () => onStop('SIGTERM'));
    process.once('SIGINT', () => onStop('SIGINT'));
    if (config.followParent) {
      process.once('disconnect', () => onStop('the parent is gone'));
      if (!process.connected) onStop('the parent is gone');
    }
  } catch (error) {
    const foreseen = error instanceof StartError || error instanceof PersistenceError;
    logger.fatal(foreseen ? {} : { err: error }, error instanceof Error ? error.message : 'the start failed');
    process.exit(1);
  }
}

await main();
