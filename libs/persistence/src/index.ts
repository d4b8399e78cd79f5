export { PersistenceError, type PersistenceErrorCode } from './persistence-error.js';
export { storageProblem } from './storage-problem.js';
export { writeSecretFile } from './secret-file.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
export { createRoleAndDatabase } from './role-and-database.js';
export { createDataSource, migrate, type DataSourceOptions } from './data-source.js';
export { createRegistry } from './registry.js';
export { insertBulkApplications } from './bulk-applications.js';
export { PostgresFingerprints } from './fingerprint-reader.js';
export { createAuditLog, readAuditLog, type LogEntry, type PlacedLogEntry } from './audit-log.js';
export { PostgresLogStore } from './log-store.js';
export { createLastSignedFile } from './last-signed-file.js';
export { createDepositCopies } from './deposit-copies.js';
export { createCheckedPictures, type CheckedPictureFiles } from './checked-pictures.js';
export { PostgresStatistics } from './statistics.js';
export { PostgresPeople } from './people-store.js';
export { PostgresAttempts } from './people-attempts.js';
export { PostgresChecks } from './check-store.js';
export { PostgresFindings } from './finding-store.js';
export { PostgresMarketFindings } from './market-finding-store.js';
export { PostgresWorklist } from './worklist-store.js';
export { PostgresDecisions } from './decision-store.js';
export { PostgresIncompleteChecks } from './incomplete-checks.js';
export { PostgresBatches } from './check-batches.js';
export { PostgresWitnessStore } from './witness-store.js';
export { PostgresDirectories } from './kept-directories.js';
export { PostgresSalts } from './salts.js';
export { PostgresShownOwners } from './erase-traces.js';
export { PostgresDeclaredCounts } from './declared-counts.js';
export { PostgresCosignedCheckpoints } from './cosigned-checkpoints.js';
export { PostgresEntryFinder, type FoundEntry } from './entry-finder.js';
export { PostgresReceipts } from './receipt-store.js';
export { restoreLog } from './restore-log.js';
