import { readDatabaseUrl } from '#libs/identity';
import { countEvents, type Metrics } from '#libs/metrics';
import { traceLog } from '#libs/tracing';
import {
  createAuditLog,
  createDataSource,
  createRegistry,
  migrate,
  PostgresAttempts,
  PostgresBatches,
  PostgresChecks,
  PostgresCosignedCheckpoints,
  PostgresDecisions,
  PostgresDeclaredCounts,
  PostgresDirectories,
  PostgresEntryFinder,
  PostgresFindings,
  PostgresFingerprints,
  PostgresIncompleteChecks,
  PostgresLogStore,
  PostgresMarketFindings,
  PostgresPeople,
  PostgresReceipts,
  PostgresSalts,
  PostgresStatistics,
  PostgresWitnessStore,
  PostgresWorklist,
} from '#libs/persistence';
import type { NodeConfig } from '../config.js';

/** What a node keeps in its database. */
export type Stores = Awaited<ReturnType<typeof openStores>>;

/**
 * Connects the database and migrates it.
 * @throws PersistenceError
 */
export async function openStores(
  config: NodeConfig,
  metrics: Metrics,
  closing: (() => Promise<void> | void)[],
) {
  const dataSource = await createDataSource(await readDatabaseUrl(config.database));
  closing.push(() => dataSource.destroy());
  await migrate(dataSource);
  return {
    registry: createRegistry(dataSource, config.province),
    fingerprints: new PostgresFingerprints(dataSource),
    log: traceLog(countEvents(createAuditLog(dataSource, config.province), metrics)),
    logStore: new PostgresLogStore(dataSource, config.province),
    checkpoints: new PostgresCosignedCheckpoints(dataSource, config.province),
    countsBy: (cosigned: () => number) => new PostgresDeclaredCounts(dataSource, config.province, cosigned),
    entries: new PostgresEntryFinder(dataSource, config.province),
    witnessStore: new PostgresWitnessStore(dataSource),
    receipts: new PostgresReceipts(dataSource),
    people: new PostgresPeople(dataSource, config.province),
    attempts: new PostgresAttempts(dataSource),
    checks: new PostgresChecks(dataSource),
    incomplete: new PostgresIncompleteChecks(dataSource),
    decisions: new PostgresDecisions(dataSource, config.province),
    findings: new PostgresFindings(dataSource, config.province),
    market: new PostgresMarketFindings(dataSource, config.province),
    worklist: new PostgresWorklist(dataSource, config.province),
    batches: new PostgresBatches(dataSource),
    salts: new PostgresSalts(dataSource),
    directories: new PostgresDirectories(dataSource),
    statistics: new PostgresStatistics(dataSource),
  };
}
