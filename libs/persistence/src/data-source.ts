import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { CheckBatchEntity, CheckBatchItemEntity, DuplicateCheckEntity } from './check-rows.js';
import { migrations } from './migrations/index.js';
import { LogInAttemptEntity, PersonEntity } from './people-rows.js';
import { PersistenceError } from './persistence-error.js';
import { PreparingClient } from './preparing-client.js';
import { PatternEntity, RegistrationEntity, RegistryHeadEntity } from './registry-entities.js';

const OLDEST_SERVER = 150_000;

/** Advisory lock under which migrations run, so that processes started together run them once. */
const MIGRATING = 0x6d696772;

export interface DataSourceOptions {
  /** Connections at most; default 8. */
  readonly poolSize?: number;
  /** Longest statement; default 30,000 ms. */
  readonly statementTimeoutMs?: number;
  /** Longest wait for a lock and for a free connection; default 10,000 ms. */
  readonly waitTimeoutMs?: number;
}

/**
 * A connected pool on any PostgreSQL 15 or newer. Close it with `destroy()`.
 * @param url postgresql://role:password@host:port/database
 * @throws PersistenceError UNREACHABLE, or UNSUITABLE for an older server or one whose encoding is not UTF-8
 */
export async function createDataSource(url: string, options: DataSourceOptions = {}): Promise<DataSource> {
  const { poolSize = 8, statementTimeoutMs = 30_000, waitTimeoutMs = 10_000 } = options;
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'weft',
    synchronize: false,
    installExtensions: false,
    entities: [
      PatternEntity,
      RegistrationEntity,
      RegistryHeadEntity,
      PersonEntity,
      LogInAttemptEntity,
      DuplicateCheckEntity,
      CheckBatchEntity,
      CheckBatchItemEntity,
    ],
    migrations: [...migrations],
    migrationsTransactionMode: 'each',
    poolSize,
    connectTimeoutMS: waitTimeoutMs,
    extra: {
      Client: PreparingClient,
      statement_timeout: statementTimeoutMs,
      // The server keeps the limit above; this one is for a server that is silent.
      query_timeout: statementTimeoutMs + 5_000,
      lock_timeout: waitTimeoutMs,
      idle_in_transaction_session_timeout: 60_000,
      // What is acknowledged is on disk, whatever the server's default.
      options: '-c synchronous_commit=on',
      keepAlive: true,
    },
  });
  try {
    await dataSource.initialize();
  } catch (cause) {
    throw unreachable(url, cause);
  }
  try {
    await refuseUnsuitableServer(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}

/**
 * Brings the schema to this version; nothing happens when it is there already. Safe to call from several processes at once.
 * @returns the names of the migrations that ran
 * @throws PersistenceError UNSUITABLE, and nothing is changed, if a newer program has migrated the database
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await queryRunner.query(`SET lock_timeout = '25s'`);
    await queryRunner.query('SELECT pg_advisory_lock($1)', [MIGRATING]);
    try {
      const executor = new MigrationExecutor(dataSource, queryRunner);
      executor.transaction = 'each';
      await refuseNewerSchema(executor, queryRunner);
      const done = await executor.executePendingMigrations();
      return done.map((migration) => migration.name);
    } finally {
      await queryRunner.query('SELECT pg_advisory_unlock($1)', [MIGRATING]);
      await queryRunner.query(`RESET lock_timeout`);
    }
  } finally {
    await queryRunner.release();
  }
}

/** What a newer program keeps, this one would leave out of what it writes. */
async function refuseNewerSchema(executor: MigrationExecutor, queryRunner: QueryRunner): Promise<void> {
  const known = new Set(migrations.map((Migration) => new Migration().name));
  const newer = (await executor.getExecutedMigrations()).filter(({ name }) => !known.has(name));
  if (newer.length === 0) return;
  const database = await queryRunner.getCurrentDatabase();
  throw new PersistenceError(
    'UNSUITABLE',
    `a newer version of this program has migrated the database ${database} (${newer.map(({ name }) => name).join(', ')})`,
    'run that version or a later one; nothing was changed',
  );
}

async function refuseUnsuitableServer(dataSource: DataSource): Promise<void> {
  const [settings] = await dataSource.query<{ version: string; encoding: string }[]>(
    `SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding`,
  );
  if (Number(settings?.version) < OLDEST_SERVER) {
    throw new PersistenceError(
      'UNSUITABLE',
      `the database server is version ${settings?.version}, older than PostgreSQL 15`,
      'upgrade it, or leave WEFT_DATABASE_URL out to use the embedded one',
    );
  }
  if (settings?.encoding !== 'UTF8') {
    throw new PersistenceError(
      'UNSUITABLE',
      `the database's encoding is ${settings?.encoding}`,
      "create it with ENCODING 'UTF8' TEMPLATE template0",
    );
  }
}

function unreachable(url: string, cause: unknown): PersistenceError {
  const { host, pathname } = new URL(url);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PersistenceError(
    'UNREACHABLE',
    `the database ${pathname.slice(1)} at ${host} cannot be used: ${reason}`,
    'start the server, or correct the URL in WEFT_DATABASE_URL or the file that WEFT_DATABASE_URL_FILE names',
    { cause },
  );
}
