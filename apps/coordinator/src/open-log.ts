import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Directory, LogReader } from '#libs/federation-log';
import { hostAndPort, loadLogIdentity, StartError, type Identity, type PartyConfig } from '#libs/identity';
import {
  createLogHandler,
  listenForReaders,
  runLog,
  type LogListener,
  type RunningLog,
} from '#libs/log-service';
import { createLastSignedFile, type PostgresLogStore } from '#libs/persistence';
import type { Logger } from 'pino';

/**
 * Starts to sign the coordinator's log.
 * @throws StartError if the log's key cannot be read
 */
export async function openLog(
  { keysDir }: PartyConfig,
  directory: Directory,
  store: PostgresLogStore,
  logger: Logger,
): Promise<RunningLog> {
  const identity = await loadLogIdentity('coordinator', join(keysDir, 'log.jwk'), {
    directory,
    now: new Date(),
  });
  return runLog({
    signing: { ...identity, store, lastSigned: createLastSignedFile(join(keysDir, 'log-signed.json')) },
    logger,
    wait: (milliseconds, signal) => pause(milliseconds, undefined, { signal }).catch(() => undefined),
  });
}

/**
 * Listens for readers of the log, where that is configured.
 * @throws StartError if the address cannot be listened on
 */
export async function listenForLogReaders(
  { logListen, logPublic }: PartyConfig,
  store: LogReader,
  tls: Identity['tls'],
  logger: Logger,
): Promise<LogListener | undefined> {
  if (logListen === undefined) return undefined;
  const handler = createLogHandler(store, '/log/', logPublic ? 'public' : 'private', logger);
  return listenForReaders(logListen, tls, logPublic, handler).catch((cause: unknown) => {
    throw new StartError(
      `${hostAndPort(logListen)} (WEFT_LOG_LISTEN)`,
      'cannot be listened on',
      'free it, or set another',
      { cause },
    );
  });
}
