import { createRoleAndDatabase, startEmbeddedPostgres } from '#libs/persistence';
import { type ProvinceId } from '#libs/registry';
import { type CliConfig } from '../config.js';
import { Problem } from '../problem.js';
import { planPorts } from '../up/ports.js';
import { readTextIfThere, writeWhole } from './files.js';
import { type PartyHome, type WeftHome } from './weft-home.js';

/** Which PostgreSQL a home's databases are on. */
export type DatabaseChoice = Pick<CliConfig, 'portBase' | 'postgresAdminUrl' | 'databaseUrls'>;

/** The server in use by this process. */
export interface DatabaseServer {
  /** Ends this process's use; the embedded server stops with its last user. Does nothing for an external one. */
  stop(): Promise<void>;
}

/**
 * Makes the databases of these members and of the coordinator reachable: starts or joins the embedded server unless
 * another one is configured, makes missing roles and databases, and keeps each one's URL in its home, mode 0600.
 * @param members whose databases are wanted
 * @param withCoordinator whether the coordinator's is too
 * @throws PersistenceError, or Problem naming the variable or file
 */
export async function openDatabases(
  home: WeftHome,
  choice: DatabaseChoice,
  members: readonly ProvinceId[],
  withCoordinator: boolean,
): Promise<DatabaseServer> {
  const parties = new Map<string, PartyHome>(members.map((province) => [province, home.province(province)]));
  if (withCoordinator) parties.set('coordinator', home.coordinator);
  const wanting = new Map<string, PartyHome>();
  for (const [name, party] of parties) {
    const given = choice.databaseUrls.get(name);
    if (given === undefined) wanting.set(name, party);
    else writeWhole(party.databaseUrl, `${given}\n`);
  }
  if (wanting.size === 0) return { stop: async () => undefined };
  const embedded =
    choice.postgresAdminUrl === undefined
      ? await startEmbeddedPostgres({
          dataDir: home.postgres,
          port: planPorts(members, choice.portBase).postgres,
        })
      : undefined;
  const adminUrl = embedded?.adminUrl ?? choice.postgresAdminUrl ?? '';
  try {
    for (const [name, party] of wanting) await ensureDatabase(party, adminUrl, `weft_${name}`);
  } catch (error) {
    await embedded?.stop();
    throw embedded ? error : unreachable(error);
  }
  return { stop: async () => embedded?.stop() };
}

/** A URL that is there already is kept while it names this server: another process may be using its password. */
async function ensureDatabase(party: PartyHome, adminUrl: string, name: string): Promise<void> {
  const there = readTextIfThere(party.databaseUrl)?.trim();
  if (there !== undefined && URL.canParse(there)) {
    const url = new URL(there);
    if (url.host === new URL(adminUrl).host && url.pathname === `/${name}`) return;
  }
  writeWhole(party.databaseUrl, `${await createRoleAndDatabase(adminUrl, name)}\n`);
}

function unreachable(cause: unknown): Problem {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Problem(
    'WEFT_POSTGRES_ADMIN_URL',
    `the database server cannot be used (${reason || 'no connection'})`,
    'check that it runs, and that this user may make roles and databases',
    { cause },
  );
}
