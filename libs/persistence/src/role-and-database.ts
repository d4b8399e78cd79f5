import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { scramVerifier } from './scram-verifier.js';

/**
 * Makes a database and a role of the same name that owns it, gives the role a new random password, and lets no other
 * role but the superuser connect. What is there already is kept; only the password is new, so a URL given before ends.
 * @param name a lower-case letter, then up to 62 of a-z, 0-9 and _
 * @returns the role's URL; a secret: keep it in a file of mode 0600 (`writeSecretFile`)
 * @throws RangeError for another name; the server's error if it cannot be reached or refuses
 */
export async function createRoleAndDatabase(adminUrl: string, name: string): Promise<string> {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) {
    throw new RangeError(`"${name}" is no name for a role and database: use a-z, 0-9 and _, at most 63`);
  }
  const password = randomBytes(24).toString('base64url');
  const client = new pg.Client({
    connectionString: adminUrl,
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
  });
  await client.connect();
  try {
    const role = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    await client.query(
      `${role.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${name} LOGIN NOSUPERUSER PASSWORD '${scramVerifier(password)}'`,
    );
    const database = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (database.rowCount === 0) {
      await client.query(
        `CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`,
      );
    }
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.username = name;
  url.password = password;
  url.pathname = `/${name}`;
  return url.toString();
}
