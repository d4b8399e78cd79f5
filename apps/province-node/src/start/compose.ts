import { join } from 'node:path';
import {
  createFingerprintPool,
  decodeFingerprint,
  EMBEDDING_DIMENSION,
  MODEL_DIGEST,
} from '#libs/fingerprint';
import {
  createAuditLog,
  createDataSource,
  createDepositCopies,
  createRegistry,
  migrate,
  PostgresAttempts,
  PostgresBatches,
  PostgresChecks,
  PostgresPeople,
} from '#libs/persistence';
import {
  type AddPersonDeps,
  type CheckDependencies,
  CurrentIndex,
  findProvince,
  type LogInDeps,
} from '#libs/registry';
import { createFederationClient, createMetadataClient, type TlsIdentity } from '#libs/rpc';
import { ExactIndex } from '#libs/similarity';
import type { Logger } from 'pino';
import { BatchRunner } from '../batches/batch-runner.js';
import { type NodeConfig, StartError } from '../config.js';
import type { NodeParts } from '../node.module.js';
import { Argon2Passwords } from '../people/argon2-passwords.js';
import { Readiness } from '../readiness.js';
import { loadTlsIdentity } from './certificates.js';
import { loadMembership, type Membership } from './member-directory.js';
import { assertWritableFolder, readSecretFile, sessionKey } from './secret-files.js';
import { sha256, systemClock, systemRandom, waitFor } from './system.js';

/** A node put together, its database migrated; it does not listen yet. */
export interface ComposedNode {
  readonly parts: NodeParts;
  readonly identity: TlsIdentity;
  readonly people: AddPersonDeps;
  /** Ends threads, connections and the database pool; each part once, in the order in which they need each other. */
  close(): Promise<void>;
}

/**
 * Reads keys and directory, connects the database, and puts the node's parts together.
 * @throws StartError or PersistenceError for what an operator has to mend; what was opened is closed again
 */
export async function composeNode(config: NodeConfig, logger: Logger): Promise<ComposedNode> {
  const membership = await loadMembership(config, MODEL_DIGEST);
  await assertWritableFolder(config.dataDir);
  const identity = await loadTlsIdentity(config.keysDir, config.province, systemClock);
  const closing: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (let next = closing.pop(); next; next = closing.pop()) await next();
  };
  try {
    const stores = await openStores(config, closing);
    const people = await peopleDeps(config, stores);
    const fingerprinter = await createFingerprintPool(
      config.fingerprintThreads === undefined ? {} : { threads: config.fingerprintThreads },
    );
    closing.push(() => fingerprinter.close());
    const federation = createFederationClient(membership.directory, identity);
    closing.push(() => federation.close());
    const metadata = createMetadataClient(membership.directory, identity);
    closing.push(() => metadata.close());
    const index = new ExactIndex(MODEL_DIGEST, EMBEDDING_DIMENSION);
    closing.push(() => index.close());
    const checking = { ...checkDeps(config, membership), log: stores.log, federation, metadata };
    const batchRunner = new BatchRunner({
      ...checking,
      batches: stores.batches,
      budgetMs: config.checkBudgetMs,
      logger,
      wait: waitFor,
    });
    closing.push(() => batchRunner.stop());
    const { registry, log } = stores;
    const surroundings = { clock: systemClock, random: systemRandom, fingerprinter };
    const parts: NodeParts = {
      config,
      logger,
      clock: systemClock,
      random: systemRandom,
      directory: membership.directory,
      signer: membership.signer,
      verifier: membership.verifier,
      registry,
      log,
      index,
      currentIndex: new CurrentIndex(registry, index, decodeFingerprint),
      members: federation,
      sessions: people.sessions,
      logIn: people,
      registrationDesk: {
        ...surroundings,
        province: provinceOf(config),
        registry,
        depositCopies: createDepositCopies(join(config.dataDir, 'deposit-copies')),
        log,
      },
      checkPicture: { ...checking, fingerprinter, checks: stores.checks, registry },
      checks: stores.checks,
      batchDesk: { ...surroundings, batches: stores.batches },
      batchRunner,
      readiness: new Readiness(registry),
    };
    return { parts, identity, people, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openStores(config: NodeConfig, closing: (() => Promise<void> | void)[]) {
  const dataSource = await createDataSource(await databaseUrl(config));
  closing.push(() => dataSource.destroy());
  await migrate(dataSource);
  return {
    registry: createRegistry(dataSource, config.province),
    log: createAuditLog(dataSource, config.province),
    people: new PostgresPeople(dataSource, config.province),
    attempts: new PostgresAttempts(dataSource),
    checks: new PostgresChecks(dataSource),
    batches: new PostgresBatches(dataSource),
  };
}

async function peopleDeps(
  config: NodeConfig,
  { people, attempts, log }: Awaited<ReturnType<typeof openStores>>,
): Promise<LogInDeps> {
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

function checkDeps(
  config: NodeConfig,
  { view, signer, verifier }: Membership,
): Omit<CheckDependencies, 'log' | 'federation' | 'metadata'> {
  return {
    province: config.province,
    directory: view,
    signer,
    verifier,
    digest: sha256,
    clock: systemClock,
    random: systemRandom,
  };
}

async function databaseUrl({ database }: NodeConfig): Promise<string> {
  const [name, url] =
    'url' in database
      ? ['WEFT_DATABASE_URL', database.url]
      : [database.urlFile, (await readSecretFile(database.urlFile)).toString('utf8').trim()];
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new StartError(
      name,
      'is not a PostgreSQL URL',
      'write postgresql://role:password@host:port/database',
    );
  }
  return url;
}

function provinceOf(config: NodeConfig) {
  const province = findProvince(config.province);
  if (province === undefined) throw new StartError('WEFT_PROVINCE', 'is not a province', 'name one');
  return province;
}
