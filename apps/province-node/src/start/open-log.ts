import { join } from 'node:path';
import type { Directory, LogReader } from '#libs/federation-log';
import { loadLogIdentity } from '#libs/identity';
import { runLog, type RunningLog } from '#libs/log-service';
import { createLastSignedFile, type PostgresLogStore } from '#libs/persistence';
import type { Logger } from 'pino';
import type { NodeConfig } from '../config.js';
import { systemClock, waitFor } from './system.js';

/** The node's own log, being signed, and what it is read from. */
export interface OpenLog {
  readonly store: LogReader;
  readonly running: RunningLog;
}

/**
 * Starts to sign the node's log.
 * @param store of the node's log
 * @throws StartError if the log's key cannot be read
 */
export async function openLog(
  { province, keysDir }: NodeConfig,
  directory: Directory,
  store: PostgresLogStore,
  logger: Logger,
): Promise<OpenLog> {
  const identity = await loadLogIdentity({ province }, join(keysDir, 'log.jwk'), {
    directory,
    now: systemClock.now(),
  });
  const running = runLog({
    signing: { ...identity, store, lastSigned: createLastSignedFile(join(keysDir, 'log-signed.json')) },
    logger,
    wait: waitFor,
  });
  return { store, running };
}
