import { setTimeout as pause } from 'node:timers/promises';
import {
  createTreeHasher,
  logOriginOf,
  readLogFile,
  trustedLogs,
  type LogReader,
} from '#libs/federation-log';
import { nodeLogCrypto, StartError, type Identity, type PartyConfig } from '#libs/identity';
import {
  cosignLog,
  createOutsideWitnesses,
  publishedLog,
  ReceiptDesk,
  type RunningCosigning,
  type RunningLog,
} from '#libs/log-service';
import type { PostgresCosignedCheckpoints, PostgresEntryFinder, PostgresLogStore } from '#libs/persistence';
import type { Clock } from '#libs/registry';
import { createWitnessClient, LogHandlers } from '#libs/rpc';
import type { Logger } from 'pino';

/** The coordinator's log with its witnesses. */
export interface Witnessing {
  /** As others read it. */
  readonly published: LogReader;
  readonly cosigning: RunningCosigning;
  readonly logHandlers: LogHandlers;
  close(): Promise<void>;
}

/** What the coordinator's log is witnessed with. */
export interface WitnessingParts {
  readonly identity: Pick<Identity, 'directory' | 'tls'>;
  readonly running: RunningLog;
  readonly logStore: PostgresLogStore;
  readonly checkpoints: PostgresCosignedCheckpoints;
  readonly entries: PostgresEntryFinder;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Has the coordinator's log cosigned by the members, and gives receipts of it.
 * @throws StartError if the directory names no key of the log
 */
export function openWitnessing({ directoryFile }: PartyConfig, parts: WitnessingParts): Witnessing {
  const { identity, running, logStore, checkpoints, entries, clock, logger } = parts;
  const hasher = createTreeHasher(nodeLogCrypto.sha256);
  const log = trustedLogs(identity.directory, nodeLogCrypto).get(logOriginOf('coordinator'));
  if (log === undefined || log.logKeys.length === 0) {
    throw new StartError(
      directoryFile,
      "names no key of the coordinator's log",
      'have the key of log.jwk entered in the next epoch',
    );
  }
  const peers = createWitnessClient(identity.directory, identity.tls);
  const waiting = {
    wait: (milliseconds: number, signal: AbortSignal) =>
      pause(milliseconds, undefined, { signal }).catch(() => undefined),
    now: () => clock.now(),
  };
  const outside = createOutsideWitnesses(identity.directory, nodeLogCrypto);
  const witnesses = [...peers.clientsFor(log), ...outside.clients];
  const cosigning = cosignLog({ ...waiting, log, hasher, store: logStore, witnesses, running, logger });
  const published = publishedLog(logStore, { checkpoints, cosigning });
  const desk = new ReceiptDesk({
    ...waiting,
    hasher,
    store: logStore,
    checkpoints,
    cosigning,
    find: (wanted) => entries.find(wanted),
  });
  return {
    published,
    cosigning,
    logHandlers: new LogHandlers({
      receipts: (queries, waitMs) => desk.receipts(queries, waitMs),
      readFile: async (path) => (await readLogFile(published, path))?.bytes ?? null,
    }),
    async close() {
      await cosigning.stop();
      peers.close();
      outside.close();
    },
  };
}
