import { randomBytes } from 'node:crypto';
import { createRoleAndDatabase, startEmbeddedPostgres } from '#libs/persistence';
import pg from 'pg';
import { z } from 'zod';

const environment = z.object({
  /** Superuser URL of a PostgreSQL to test with; without it, the run's own embedded server. */
  WEFT_TEST_DATABASE_URL: z.url().optional(),
  WEFT_TEST_POSTGRES_DIR: z.string().min(1),
  WEFT_TEST_POSTGRES_PORT: z.coerce.number().int(),
});

/** A database of a spec's own, empty, with an owner of its own. */
export interface FreshDatabase {
  /** The owner's URL. */
  readonly url: string;
  /** Ends what is still connected and removes database and owner. */
  drop(): Promise<void>;
}

/**
 * An empty database on the run's server, which the first caller starts (some seconds) and the end of the run stops;
 * later ones take some 100 ms. Call `drop` in afterAll.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const adminUrl = await testServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = await createRoleAndDatabase(adminUrl, name);
  return {
    url,
    drop: () => asAdmin(adminUrl, [`DROP DATABASE ${name} WITH (FORCE)`, `DROP ROLE ${name}`]),
  };
}

let server: Promise<string> | undefined;

/** The superuser's URL of the run's server. It is never stopped from here: other spec files use it too. */
export function testServer(): Promise<string> {
  return (server ??= startTestServer());
}

async function startTestServer(): Promise<string> {
  const env = environment.parse(process.env);
  if (env.WEFT_TEST_DATABASE_URL !== undefined) {
    return env.WEFT_TEST_DATABASE_URL;
  }
  const { adminUrl } = await startEmbeddedPostgres({
    dataDir: env.WEFT_TEST_POSTGRES_DIR,
    port: env.WEFT_TEST_POSTGRES_PORT,
  });
  // Only the machine's own crash could tell the difference, and its databases do not outlive the run.
  await asAdmin(adminUrl, ['ALTER SYSTEM SET fsync = off', 'SELECT pg_reload_conf()']);
  return adminUrl;
}

async function asAdmin(adminUrl: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const statement of statements) {
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}
