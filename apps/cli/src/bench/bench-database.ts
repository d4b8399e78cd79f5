import { createRoleAndDatabase, startEmbeddedPostgres } from '#libs/persistence';
import { type CliConfig } from '../config.js';

/** Which database a bench works in. */
export interface BenchDatabase {
  readonly name: string;
  /** Of a PostgreSQL of its own. */
  readonly dataDir: string;
  /** Beside the ports of a federation that runs already, and of the other benches. */
  readonly portOffset: number;
}

/**
 * Works with a database of a PostgreSQL of the bench's own, which ends with the work, or of WEFT_POSTGRES_ADMIN_URL.
 * @throws PersistenceError
 */
export async function withBenchDatabase<T>(
  config: CliConfig,
  { name, dataDir, portOffset }: BenchDatabase,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const embedded =
    config.postgresAdminUrl === undefined
      ? await startEmbeddedPostgres({ dataDir, port: config.portBase + portOffset })
      : undefined;
  try {
    const adminUrl = embedded?.adminUrl ?? config.postgresAdminUrl ?? '';
    return await work(await createRoleAndDatabase(adminUrl, name));
  } finally {
    await embedded?.stop();
  }
}
