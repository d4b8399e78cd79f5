import { join } from 'node:path';
import {
  createTreeHasher,
  logOriginOf,
  readLogFile,
  trustedLogs,
  type LogReader,
  type TrustedLog,
} from '#libs/federation-log';
import { loadCosigner, nodeLogCrypto, rememberingLogCrypto, StartError, type Identity } from '#libs/identity';
import {
  cosignLog,
  createMirrorFolder,
  createOutsideWitnesses,
  publishedLog,
  ReceiptDesk,
  type RunningCosigning,
  type RunningLog,
} from '#libs/log-service';
import type {
  PostgresCosignedCheckpoints,
  PostgresEntryFinder,
  PostgresLogStore,
  PostgresReceipts,
  PostgresWitnessStore,
} from '#libs/persistence';
import type { AuditLog } from '#libs/registry';
import { createLogClient, createWitnessClient, LogHandlers, type RpcLogClient } from '#libs/rpc';
import type { Logger } from 'pino';
import type { NodeConfig } from '../config.js';
import { MirrorRunner } from '../mirrors/mirror-runner.js';
import { ReceiptCollector } from '../receipts/receipt-collector.js';
import { WitnessDesk } from '../witness/witness-desk.js';
import { systemClock, waitFor } from './system.js';

/** What the node does for its own log and for those of the others. */
export interface Witnessing {
  /** The node's log as others read it. */
  readonly published: LogReader;
  readonly cosigning: RunningCosigning;
  readonly logHandlers: LogHandlers;
  readonly receiptDesk: ReceiptDesk;
  readonly witness: WitnessDesk;
  readonly receiptCollector: ReceiptCollector;
  readonly mirrors: MirrorRunner;
}

/** What it does that with. */
export interface WitnessingParts {
  readonly identity: Identity;
  readonly running: RunningLog;
  readonly log: AuditLog;
  readonly logStore: PostgresLogStore;
  readonly checkpoints: PostgresCosignedCheckpoints;
  readonly entries: PostgresEntryFinder;
  readonly witnessStore: PostgresWitnessStore;
  readonly receipts: PostgresReceipts;
  readonly logger: Logger;
}

const hasher = createTreeHasher(nodeLogCrypto.sha256);

/**
 * Has the node's log cosigned, and puts together what the node does as a witness, for receipts and for copies.
 * @throws StartError if the directory names no key of the node's log, or not the node's key as a witness
 */
export async function openWitnessing(
  config: NodeConfig,
  parts: WitnessingParts,
  closing: (() => Promise<void> | void)[],
): Promise<Witnessing> {
  const { identity, running, log, logStore, checkpoints, entries, witnessStore, receipts, logger } = parts;
  const { directory, tls } = identity;
  const logs = trustedLogs(directory, rememberingLogCrypto);
  const own = ownLog(config, logs, directory.epoch);
  const others = [...logs.values()].filter(({ party }) => party !== config.province);
  const witnessFile = join(config.keysDir, 'witness.jwk');
  const cosigner = await loadCosigner(config.province, witnessFile, directory, systemClock.now);

  const peers = createWitnessClient(directory, tls);
  closing.push(() => peers.close());
  const outside = createOutsideWitnesses(directory, nodeLogCrypto);
  closing.push(() => outside.close());
  const logClient = createLogClient(directory, tls);
  closing.push(() => logClient.close());
  const waiting = { wait: waitFor, now: systemClock.now };
  const cosigning = cosignLog({
    ...waiting,
    log: own,
    hasher,
    store: logStore,
    witnesses: [...peers.clientsFor(own), ...outside.clients],
    running,
    logger,
  });
  closing.push(() => cosigning.stop());
  const published = publishedLog(logStore, { checkpoints, cosigning });
  const desk = new ReceiptDesk({
    ...waiting,
    hasher,
    store: logStore,
    checkpoints,
    cosigning,
    find: (wanted) => entries.find(wanted),
  });

  const mirrors = openMirrors(config, others, logClient, logger);
  closing.push(() => mirrors.stop());
  const witness = new WitnessDesk({
    hasher,
    logs: new Map(others.map((one) => [one.origin, one])),
    store: witnessStore,
    cosigner,
    log,
    clock: systemClock,
    logger,
    cosigned: (party) => mirrors.wake(party),
  });
  const receiptCollector = new ReceiptCollector({
    hasher,
    logs,
    receipts,
    ask: (party, queries, waitMs, deadline) =>
      party === config.province
        ? desk.receipts(queries, waitMs)
        : logClient.receipts(party, queries, waitMs, deadline),
    log,
    clock: systemClock,
    logger,
    wait: waitFor,
  });
  cosigning.onWitnessed(() => receiptCollector.wake());
  closing.push(() => receiptCollector.stop());
  const logHandlers = openHandlers(desk, published);
  return { published, cosigning, logHandlers, receiptDesk: desk, witness, receiptCollector, mirrors };
}

function openHandlers(desk: ReceiptDesk, published: LogReader): LogHandlers {
  return new LogHandlers({
    receipts: (queries, waitMs) => desk.receipts(queries, waitMs),
    readFile: async (path) => (await readLogFile(published, path))?.bytes ?? null,
  });
}

function openMirrors(
  { dataDir }: NodeConfig,
  logs: readonly TrustedLog[],
  client: RpcLogClient,
  logger: Logger,
): MirrorRunner {
  return new MirrorRunner({
    hasher,
    logs,
    folderOf: (party) => createMirrorFolder(join(dataDir, 'mirrors', party)),
    readFileOf: (party) => readFileOf(client, party),
    logger,
    wait: waitFor,
  });
}

function ownLog(
  { province, directoryFile }: NodeConfig,
  logs: ReadonlyMap<string, TrustedLog>,
  epoch: number,
): TrustedLog {
  const own = logs.get(logOriginOf(province));
  if (own && own.logKeys.length > 0) return own;
  throw new StartError(
    directoryFile,
    `epoch ${epoch} names no key of the log of ${province}`,
    'have the key of log.jwk entered in the next epoch',
  );
}

const FILE_MS = 20_000;

function readFileOf(client: RpcLogClient, party: string): (path: string) => Promise<Uint8Array> {
  return (path) => client.readFile(party, path, new Date(systemClock.now().getTime() + FILE_MS));
}
