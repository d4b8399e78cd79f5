import { join } from 'node:path';
import { lendPicture } from '#libs/evidence';
import { createFingerprintPool, withoutRepeat } from '#libs/fingerprint';
import { Argon2Passwords, type Identity, loadIdentity, StartError, watchRevocations } from '#libs/identity';
import { directoryView, type Directory } from '#libs/federation-log';
import { createDepositCopies, type PostgresDirectories } from '#libs/persistence';
import {
  AskerWatch,
  type AddPersonDeps,
  type CheckDependencies,
  type ClearTokenIssuer,
  type CompleteCheckDeps,
  findProvince,
  RecentNonces,
  TokenAges,
  type Fingerprinter,
  type LogInDeps,
  type RegistrationDesk,
  type RunBatchDeps,
} from '#libs/registry';
import type { LastOfType, RunningLog } from '#libs/log-service';
import { createMetrics, type Metrics } from '#libs/metrics';
import {
  createFederationClient,
  createMetadataClient,
  type RpcFederationClient,
  type RpcMetadataClient,
} from '#libs/rpc';
import { traceFingerprinter } from '#libs/tracing';
import type { Logger } from 'pino';
import { BatchRunner } from '../batches/batch-runner.js';
import { createCompletionRounds } from '../completion/completion-rounds.js';
import { ClearanceDesk } from '../clearance/clearance-desk.js';
import type { DrawEvidence } from '../comparisons/compare-pictures.js';
import { createEvidencePool } from '../comparisons/evidence-pool.js';
import type { NodeConfig } from '../config.js';
import { EvidenceDesk } from '../evidence/evidence-desk.js';
import type { NodeParts } from '../node.module.js';
import { NodeOperation } from '../operation/node-operation.js';
import { Readiness } from '../readiness.js';
import type { Rounds } from '../rounds.js';
import type { SnapshotKeeper } from '../snapshots/snapshot-keeper.js';
import { openVerification } from '../verification/open-verification.js';
import { assertWritableFolder, sessionKey } from './own-files.js';
import { sha256, systemClock, systemRandom, waitFor } from './system.js';
import { openFindings } from './open-findings.js';
import { openLog } from './open-log.js';
import { openReporting } from './open-reporting.js';
import { openSettling } from './open-settling.js';
import { openStores, type Stores } from './open-stores.js';
import { openWitnessing, type Witnessing } from './open-witnessing.js';
import { composeVersions } from './versions.js';
import { watchNode } from './watch-node.js';

type Closing = (() => Promise<void> | void)[];

/** A node put together, its database migrated; it does not listen yet. */
export interface ComposedNode {
  readonly parts: NodeParts;
  readonly identity: Identity;
  readonly people: AddPersonDeps;
  /** Of each index, in their order. */
  readonly snapshots: readonly SnapshotKeeper[];
  /** What is to be started when the node listens. */
  readonly background: Pick<Witnessing, 'receiptCollector' | 'mirrors'> & {
    readonly completion: Rounds;
    readonly deliveries: Rounds;
  };
  /** What the node's log says was in force last. */
  readonly lastInForce: LastOfType;
  readonly metrics: Metrics;
  /** Ends threads, connections and the database pool; each part once, in the order in which they need each other. */
  close(): Promise<void>;
}

/**
 * Reads keys and directory, connects the database, and puts the node's parts together.
 * @throws StartError or PersistenceError for what an operator has to mend; what was opened is closed again
 */
export async function composeNode(config: NodeConfig, logger: Logger): Promise<ComposedNode> {
  const identity = await loadIdentity({ province: config.province }, config, () => systemClock.now());
  const { directory, signer, verifier, tls } = identity;
  await assertWritableFolder(config.dataDir);
  const closing: Closing = [];
  const close = async (): Promise<void> => {
    for (let next = closing.pop(); next; next = closing.pop()) await next();
  };
  try {
    openRevocations(identity, logger, closing);
    const metrics = createMetrics();
    const stores = await openStores(config, metrics, closing);
    await keepDirectory(config, identity, stores.directories);
    const openedLog = await openLog(config, directory, stores.logStore, logger);
    closing.push(() => openedLog.running.stop());
    const witnessing = await openWitnessing(
      config,
      { ...stores, identity, running: openedLog.running, logger },
      closing,
    );
    const people = await peopleDeps(config, stores);
    const fingerprinter = await openFingerprinter(config, closing);
    const { federation, metadata } = openClients(identity, closing);
    const checking = { ...checkDeps(config, identity), log: stores.log, federation, metadata };
    const batchRunner = openBatchRunner(config, { ...checking, batches: stores.batches }, logger, closing);
    const { registry, log, checks, decisions } = stores;
    const completion = openCompletion(config, { ...stores, ...checking }, logger, closing);
    const registrationDesk = deskOf(config, stores, traceFingerprinter(fingerprinter));
    const { snapshots, ...versions } = await composeVersions(
      { ...registrationDesk, config, directory, fingerprinter, logger, indexFolder: indexFolderOf(config) },
      closing,
    );
    const draw = openDrawing(directory, closing);
    const reported = { ...stores, ...registrationDesk, draw, ownLog: witnessing.receiptDesk };
    const reporting = openReporting(config, reported, logger, closing);
    const ownLog = logParts(config, stores, identity, witnessing, federation);
    const settling = { ...stores, ...ownLog, identity, logger };
    const { findings, deliveries } = await openFindings(config, settling, closing);
    const parts: NodeParts = {
      ...{ config, logger, clock: systemClock, random: systemRandom },
      ...{ directory, signer, verifier, registry, log },
      ...{ ...ownLog, findings, ...openSettling(config, settling) },
      askerWatch: await watchAskers(config, stores, logger),
      counts: stores.countsBy(() => witnessing.cosigning.state.witnessedSize),
      verification: await openVerification(config, stores.fingerprints, logger, closing),
      members: federation,
      ...{ sessions: people.sessions, logIn: people },
      registrationDesk: { ...checking, ...registrationDesk, checks, decisions, ages: ownLog.ages },
      checkPicture: { ...registrationDesk, ...checking, checks, ...reporting },
      checks,
      comparisonDesk: { ...registrationDesk, draw },
      pictures: pictureParts(config, identity, { ...stores, ...registrationDesk, metadata }),
      batchDesk: { ...registrationDesk, batches: stores.batches, ...reporting },
      ...reporting,
      batchRunner,
      statistics: stores.statistics,
      examination: { ...stores, clock: systemClock, calendar: findings.reading.calendar },
      ...versions,
      operation: new NodeOperation({ ...config, ...tls, ...stores, startedAt: systemClock.now() }),
      readiness: readinessOf({ registry, ...versions, ...openedLog, ...witnessing }, tls),
    };
    const background = { ...witnessing, completion, deliveries };
    watchNode(metrics, parts, openedLog.running, identity);
    const lastInForce: LastOfType = (type, subject) => stores.entries.lastInForce(type, subject);
    return { parts, snapshots, identity, people, background, lastInForce, metrics, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What can keep a node from serving, or is told beside it. */
function readinessOf(
  parts: Pick<NodeParts, 'registry' | 'indexes' | 'refingerprinting'> &
    Pick<Witnessing, 'cosigning'> & { readonly running: RunningLog },
  { revocations }: Identity['tls'],
): Readiness {
  const { registry, indexes, refingerprinting, running, cosigning } = parts;
  return new Readiness(registry, indexes, refingerprinting, running, cosigning, revocations);
}

function indexFolderOf({ dataDir }: NodeConfig): string {
  return join(dataDir, 'index');
}

function openRevocations({ tls: { revocations } }: Identity, logger: Logger, closing: Closing): void {
  watchRevocations(revocations, logger);
  closing.push(() => revocations?.close());
}

async function watchAskers(
  { askerQuestionsPerHour, province }: NodeConfig,
  { entries }: Stores,
  logger: Logger,
): Promise<AskerWatch> {
  const watch = new AskerWatch(systemClock, askerQuestionsPerHour, systemRandom.salt(), (alarm) =>
    logger.warn(alarm, 'what a province asks looks like harvesting'),
  );
  watch.remember(await entries.askedSince(watch.since), province);
  return watch;
}

async function openFingerprinter({ fingerprintThreads: threads }: NodeConfig, closing: Closing) {
  const pool = await createFingerprintPool(threads === undefined ? {} : { threads });
  closing.push(() => pool.close());
  return pool;
}

function openBatchRunner(
  { checkBudgetMs: budgetMs }: NodeConfig,
  batching: RunBatchDeps,
  logger: Logger,
  closing: Closing,
): BatchRunner {
  const runner = new BatchRunner({ ...batching, budgetMs, logger, wait: waitFor });
  closing.push(() => runner.stop());
  return runner;
}

function openCompletion(
  { checkBudgetMs: budgetMs }: NodeConfig,
  deps: CompleteCheckDeps & { readonly federation: RpcFederationClient },
  logger: Logger,
  closing: Closing,
): Rounds {
  const members = deps.federation;
  const runner = createCompletionRounds({ ...deps, members, budgetMs, logger, wait: waitFor });
  closing.push(() => runner.stop());
  return runner;
}

/** @throws StartError if the node was run with a later epoch: whoever could put back an old directory could put back a revoked key */
async function keepDirectory(
  { directoryFile }: NodeConfig,
  { directory: { epoch }, signedDirectory }: Identity,
  directories: PostgresDirectories,
): Promise<void> {
  const newest = await directories.newestEpoch();
  if (epoch < newest) {
    throw new StartError(
      directoryFile,
      `is of epoch ${epoch}, and this node was run with epoch ${newest} already`,
      'install the directory in force',
    );
  }
  await directories.keep(epoch, signedDirectory);
}

function openClients({ directory, tls }: Identity, closing: Closing) {
  const federation = createFederationClient(directory, tls);
  closing.push(() => federation.close());
  const metadata = createMetadataClient(directory, tls);
  closing.push(() => metadata.close());
  return { federation, metadata };
}

async function peopleDeps(config: NodeConfig, { people, attempts, log }: Stores): Promise<LogInDeps> {
  return {
    people,
    attempts,
    passwords: await Argon2Passwords.create(),
    sessions: {
      province: config.province,
      key: await sessionKey(join(config.keysDir, 'session.key')),
      clock: systemClock,
    },
    log,
    clock: systemClock,
  };
}

function deskOf(
  config: NodeConfig,
  { registry, log }: Stores,
  fingerprinter: Fingerprinter,
): RegistrationDesk {
  return {
    province: provinceOf(config),
    registry,
    depositCopies: createDepositCopies(join(config.dataDir, 'deposit-copies')),
    fingerprinter,
    log,
    clock: systemClock,
    random: systemRandom,
    digest: sha256,
  };
}

/** What the node's controllers need of its log, witnesses and receipts. */
function logParts(
  config: NodeConfig,
  stores: Stores,
  { trust }: Identity,
  witnessing: Witnessing,
  issuer: ClearTokenIssuer,
) {
  const evidence = new EvidenceDesk({
    ...stores,
    ownLog: witnessing.receiptDesk,
    trust,
    clock: systemClock,
    digest: sha256,
  });
  const ages = new TokenAges(() => performance.now());
  return {
    ages,
    logStore: witnessing.published,
    logStates: witnessing,
    logHandlers: witnessing.logHandlers,
    witness: witnessing.witness,
    receipts: stores.receipts,
    evidence,
    clearance: new ClearanceDesk({
      ...stores,
      evidence,
      ownLog: witnessing.receiptDesk,
      ...{ issuer, ages, clock: systemClock, digest: sha256 },
    }),
    decisionDesk: {
      ...stores,
      clock: systemClock,
      random: systemRandom,
      digest: sha256,
      fourEyes: config.fourEyes,
    },
  };
}

function pictureParts(
  { province, sharePictures }: NodeConfig,
  { directory, signer, verifier }: Identity,
  parts: Pick<RegistrationDesk, 'registry' | 'depositCopies' | 'log'> & {
    readonly metadata: RpcMetadataClient;
  },
): NodeParts['pictures'] {
  // Named one by one: what is handed over has more than its type, and a desk's province is no id.
  const { metadata, log, registry, depositCopies } = parts;
  const signing = { province, signer, verifier, log, clock: systemClock, digest: sha256 };
  const members = directory.members.map((member) => member.province);
  return {
    asking: { ...signing, members, pictures: metadata, random: systemRandom },
    showing: {
      ...{ ...signing, registry, depositCopies, policy: sharePictures, draw: lendPicture },
      seen: new RecentNonces(systemClock),
    },
  };
}

function openDrawing({ calibration }: Directory, closing: Closing): DrawEvidence {
  const pool = createEvidencePool(calibration);
  closing.push(() => pool.close());
  return pool.draw;
}

function checkDeps(
  config: NodeConfig,
  { directory, signer, verifier }: Identity,
): Omit<CheckDependencies, 'log' | 'federation' | 'metadata'> {
  return {
    province: config.province,
    directory: directoryView(directory),
    signer,
    verifier,
    digest: sha256,
    sentOf: config.withholdRepeat ? withoutRepeat : (fingerprint) => fingerprint,
    clock: systemClock,
    random: systemRandom,
  };
}

function provinceOf(config: NodeConfig) {
  const province = findProvince(config.province);
  if (province === undefined) throw new StartError('WEFT_PROVINCE', 'is not a province', 'name one');
  return province;
}
