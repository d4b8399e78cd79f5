import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type NodeConfig, type ListenAddress, StartError } from '../config.js';
import { createNodeGrpc } from '../grpc/grpc-server.js';
import { createHttpApp, type HttpTls } from '../http/http-app.js';
import { NodeModule, type NodeParts } from '../node.module.js';
import { ensureDevelopmentPeople } from '../people/development-people.js';
import type { Logger } from 'pino';
import { assertKeyPair } from './certificates.js';
import { composeNode } from './compose.js';
import { errnoCode, readOpenFile, readSecretFile } from './secret-files.js';

/** A node that serves. */
export interface RunningNode {
  /** Takes no new work, finishes what is under way, closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts a province node: keys and directory verified, database migrated, index filled, both servers listening, then
 * ready; batches that an earlier run left are taken up again.
 * @throws StartError or PersistenceError for what an operator has to mend; nothing is left open then
 */
export async function startNode(config: NodeConfig, logger: Logger): Promise<RunningNode> {
  const { parts, identity, people, close } = await composeNode(config, logger);
  let app: NestExpressApplication | undefined;
  try {
    if (config.devPeople) await ensureDevelopmentPeople(people, join(config.keysDir, 'people.json'));
    app = await createHttpApp(NodeModule.of(parts), logger, await httpTls(config));
    const grpc = createNodeGrpc({
      config,
      identity,
      directory: parts.directory,
      log: parts.log,
      clock: parts.clock,
    });
    app.connectMicroservice({
      ...grpc.microservice,
      options: { ...grpc.microservice.options, gracefulShutdown: true },
    });
    const { head } = await parts.currentIndex.search([]);
    await recordStart(parts);
    await listening('WEFT_GRPC_LISTEN', config.grpcListen, app.startAllMicroservices());
    await listening(
      'WEFT_HTTP_LISTEN',
      config.httpListen,
      app.listen(config.httpListen.port, config.httpListen.host),
    );
    parts.readiness.serving();
    grpc.health.serving();
    parts.batchRunner.wake();
    logger.info(
      { searchable: head.searchable, indexed: parts.index.size, epoch: parts.directory.epoch },
      'ready',
    );
    const running = app;
    return {
      async stop() {
        parts.readiness.stopping();
        grpc.health.stopping();
        await parts.batchRunner.stop();
        await running.close();
        await close();
      },
    };
  } catch (error) {
    await app?.close();
    await close();
    throw error;
  }
}

async function recordStart({ log, clock, directory }: NodeParts): Promise<void> {
  const entry = {
    outcome: 'success',
    actor: { kind: 'program', name: 'province-node' },
    at: clock.now().toISOString(),
    subject: null,
  } as const;
  const { epoch, calibration } = directory;
  const members = directory.members.map(({ province }) => province);
  await log.append({ ...entry, type: 'directory.loaded', details: { epoch, members } });
  await log.append({ ...entry, type: 'node.started', details: { modelDigest: calibration.modelDigest } });
}

async function httpTls({ httpTls: files }: NodeConfig): Promise<HttpTls | undefined> {
  if (files === undefined) return undefined;
  const tls = { cert: await readOpenFile(files.certFile), key: await readSecretFile(files.keyFile) };
  assertKeyPair(files.certFile, tls.cert, tls.key);
  return tls;
}

async function listening(
  variable: string,
  { host, port }: ListenAddress,
  listen: Promise<unknown>,
): Promise<void> {
  try {
    await listen;
  } catch (cause) {
    const address = `${host}:${port} (${variable})`;
    const text = cause instanceof Error ? cause.message : '';
    if (errnoCode(cause) === 'EADDRINUSE' || text.includes('EADDRINUSE'))
      throw new StartError(address, 'is taken', 'stop the program that has it, or set another', { cause });
    if (errnoCode(cause) === 'EADDRNOTAVAIL' || text.includes('EADDRNOTAVAIL'))
      throw new StartError(address, 'is not an address of this machine', 'set another', { cause });
    if (errnoCode(cause) === 'EACCES' || text.includes('EACCES'))
      throw new StartError(address, 'may not be used by this user', 'set a port over 1023', { cause });
    throw cause;
  }
}
