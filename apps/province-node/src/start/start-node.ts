import { join } from 'node:path';
import type { Directory } from '#libs/federation-log';
import { readKeyPair, readOpenFile, readSecretFile, StartError } from '#libs/identity';
import type { Running } from '#libs/lifecycle';
import {
  createLogHandler,
  createWitnessHandler,
  listenForReaders,
  recordInForce,
  type LastOfType,
  type LogListener,
  type ReaderTls,
} from '#libs/log-service';
import { listenForScrapes } from '#libs/metrics';
import type { ServedVersion } from '#libs/registry';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NodeConfig } from '../config.js';
import { createNodeGrpc } from '../grpc/grpc-server.js';
import { createHttpApp, type HttpTls } from '../http/http-app.js';
import { answerHealthAlone } from '../http/replica-paths.js';
import { NodeModule, type NodeParts } from '../node.module.js';
import { ensureDevelopmentPeople } from '../people/development-people.js';
import type { Logger } from 'pino';
import { composeNode, type ComposedNode } from './compose.js';
import { assertFreePort } from './free-port.js';

/**
 * Starts a province node: keys and directory verified, database migrated, index filled, both servers listening, then
 * ready; batches that an earlier run left are taken up again.
 * @throws StartError or PersistenceError for what an operator has to mend; nothing is left open then
 */
export async function startNode(config: NodeConfig, logger: Logger): Promise<Running> {
  await assertFreePort('WEFT_GRPC_LISTEN', config.grpcListen);
  await assertFreePort('WEFT_HTTP_LISTEN', config.httpListen);
  if (config.logListen) await assertFreePort('WEFT_LOG_LISTEN', config.logListen);
  if (config.metricsListen) await assertFreePort('WEFT_METRICS_LISTEN', config.metricsListen);
  const composed = await composeNode(config, logger);
  const { parts, snapshots, identity, people, lastInForce, metrics, close } = composed;
  let app: NestExpressApplication | undefined;
  try {
    for (const one of snapshots) await one.restore();
    const served = await Promise.all(parts.indexes.map((index) => index.state()));
    assertVersionInForce(config, parts.directory, served);
    if (config.devPeople && !config.replica)
      await ensureDevelopmentPeople(people, join(config.keysDir, 'people.json'));
    app = await createHttpApp(NodeModule.of(parts), logger, await httpTls(config));
    if (config.replica) app.use(answerHealthAlone);
    const grpc = createNodeGrpc({
      config,
      identity: identity.tls,
      directory: parts.directory,
      log: parts.log,
      clock: parts.clock,
    });
    app.connectMicroservice({
      ...grpc.microservice,
      options: { ...grpc.microservice.options, gracefulShutdown: true },
    });
    await recordStart(parts, identity.directoryDigest, lastInForce);
    await app.startAllMicroservices();
    await app.listen(config.httpListen.port, config.httpListen.host);
    const readers = await listenForLogReaders(config, parts, identity.tls);
    const scrapes = config.metricsListen && (await listenForScrapes(config.metricsListen, metrics));
    parts.readiness.serving();
    grpc.health.serving();
    for (const one of snapshots) one.start();
    if (!config.replica) startBackground(composed);
    logger.info({ served: served.map(progressOf), epoch: parts.directory.epoch }, 'ready');
    const running = app;
    return {
      async stop() {
        parts.readiness.stopping();
        grpc.health.stopping();
        await parts.batchRunner.stop();
        await parts.refingerprinting.stop();
        await running.close();
        await readers?.close();
        await scrapes?.close();
        await close();
      },
    };
  } catch (error) {
    await app?.close();
    await close();
    throw error;
  }
}

/** What one process of a province does for all of them. */
function startBackground({ parts, background }: ComposedNode): void {
  parts.batchRunner.wake();
  parts.refingerprinting.start();
  background.receiptCollector.start();
  background.mirrors.start();
  background.completion.start();
  background.deliveries.start();
}

/**
 * A program that makes another version than the directory in force names may start only to serve that version's stored
 * fingerprints, while the members change over.
 */
function assertVersionInForce(
  { directoryFile }: NodeConfig,
  { epoch, calibration, nextCalibration }: Directory,
  served: readonly ServedVersion[],
): void {
  const own = served[0]?.modelDigest ?? '';
  if (own === calibration.modelDigest || own === nextCalibration?.modelDigest) return;
  const stored = served.find(({ modelDigest }) => modelDigest === calibration.modelDigest);
  if (stored && stored.searched > 0) return;
  throw new StartError(
    directoryFile,
    `epoch ${epoch} is calibrated for model ${calibration.modelDigest}, and this node computes ${own} and has no other stored`,
    'run the version that the federation agreed on, or load the directory of its next epoch',
  );
}

function progressOf({ modelDigest, searched, declared }: ServedVersion): ServedVersion {
  return { modelDigest, searched, declared };
}

async function recordStart(
  { log, clock, directory, indexes }: NodeParts,
  digest: string,
  lastInForce: LastOfType,
): Promise<void> {
  const entry = {
    outcome: 'success',
    actor: { kind: 'program', name: 'province-node' },
    at: clock.now().toISOString(),
    subject: null,
  } as const;
  const { epoch } = directory;
  const members = directory.members.map(({ province }) => province);
  await log.append({ ...entry, type: 'directory.loaded', details: { epoch, digest, members } });
  const served = indexes.map((index) => index.modelDigest);
  const inForce = { directory, directoryDigest: digest, served };
  await recordInForce(log, lastInForce, inForce, entry.actor, entry.at);
  await log.append({ ...entry, type: 'node.started', details: { epoch, served } });
}

async function listenForLogReaders(
  { logListen, logPublic }: NodeConfig,
  { logStore, witness, logger }: NodeParts,
  tls: ReaderTls,
): Promise<LogListener | undefined> {
  if (logListen === undefined) return undefined;
  const files = createLogHandler(logStore, '/log/', logPublic ? 'public' : 'private', logger);
  const witnessing = createWitnessHandler(witness, '/witness/', logger);
  return listenForReaders(logListen, tls, logPublic, (request, response) =>
    (request.url?.startsWith('/witness/') ? witnessing : files)(request, response),
  );
}

async function httpTls({ httpTls: files }: NodeConfig): Promise<HttpTls | undefined> {
  if (files === undefined) return undefined;
  const tls = { cert: await readOpenFile(files.certFile), key: await readSecretFile(files.keyFile) };
  readKeyPair(files.certFile, tls.cert, tls.key);
  return tls;
}
