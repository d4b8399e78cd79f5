import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { type Cluster, SUPERUSER } from './cluster.js';

/** Advisory lock that every launcher holds shared while it uses the server: the last one to leave stops it. */
const IN_USE = 0x77656674;

/** A launcher's session with the server that it uses; a killed launcher's session ends with its process. */
export interface ServerSession {
  /** Ends the use of the server; true if nobody else uses it: nobody can join any more until it has stopped. */
  leave(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Joins the server on this port if it is the one of this cluster: it must know the password (SCRAM proves both sides) and
 * read a file that was put into the data folder just now, so that neither a stranger nor a copy of the folder is taken for it.
 * Undefined if it is not, or does not answer within 5 s.
 */
export async function joinServer(cluster: Cluster, port: number): Promise<ServerSession | undefined> {
  const socket = new Socket();
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password: cluster.password,
    database: 'postgres',
    application_name: 'weft-launcher',
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    stream: () => socket,
  });
  // A lost session shows itself at the next query on it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    if (!(await readsFolder(client, cluster))) {
      await client.end();
      return undefined;
    }
    await client.query('SELECT pg_advisory_lock_shared($1)', [IN_USE]);
  } catch {
    // Starting, stopping, or not ours: the caller looks again until its deadline.
    socket.destroy();
    return undefined;
  }
  // The session is no work of its own: it does not keep this process alive.
  socket.unref();
  return {
    async leave() {
      socket.ref();
      await client.query('SELECT pg_advisory_unlock_shared($1)', [IN_USE]);
      const { rows } = await client.query<{ alone: boolean }>('SELECT pg_try_advisory_lock($1) AS alone', [
        IN_USE,
      ]);
      return rows[0]?.alone === true;
    },
    async close() {
      socket.ref();
      await client.end();
    },
  };
}

async function readsFolder(client: pg.Client, cluster: Cluster): Promise<boolean> {
  const name = `weft-${randomBytes(8).toString('hex')}`;
  const path = join(cluster.dataFolder, name);
  await writeFile(path, '', { mode: 0o644 });
  try {
    const { rows } = await client.query<{ found: boolean }>(
      'SELECT (pg_stat_file($1, true)).size IS NOT NULL AS found',
      [name],
    );
    return rows[0]?.found === true;
  } finally {
    await rm(path, { force: true });
  }
}
