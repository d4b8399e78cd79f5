import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.js';

describe('the embedded PostgreSQL', () => {
  let folder: string;
  let dataDir: string;
  let port: number;

  beforeAll(async () => {
    // As a clone in the home folder of root: nobody else may enter it.
    folder = await mkdtemp(join(tmpdir(), 'weft-embedded-'));
    await chmod(folder, 0o700);
    dataDir = join(folder, '.weft', 'postgres');
    port = await freePort();
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('keeps what was written over a stop, and leaves no process behind', async () => {
    const first = await startEmbeddedPostgres({ dataDir, port });
    const pid = await serverPid(dataDir);
    await query(first.adminUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    await first.stop();
    await expectEnded(pid);
    const second = await startEmbeddedPostgres({ dataDir, port });
    expect(await query(second.adminUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await second.stop();
  });

  test('is durable, in UTF-8, local, and wants the password', async () => {
    const server = await startEmbeddedPostgres({ dataDir, port });
    const settings = await query(
      server.adminUrl,
      `SELECT name, setting FROM pg_settings WHERE name IN
         ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'unix_socket_directories', 'server_encoding')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      server_encoding: 'UTF8',
    });
    const guess = new URL(server.adminUrl);
    guess.password = 'guess';
    await expect(query(guess.toString(), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    const password = await stat(join(dataDir, 'cluster', 'superuser-password'));
    expect(password.mode & 0o777).toBe(0o600);
    await server.stop();
  });

  test('runs until the last of its users has stopped it', async () => {
    const [first, second] = await Promise.all([
      startEmbeddedPostgres({ dataDir, port }),
      startEmbeddedPostgres({ dataDir, port }),
    ]);
    const pid = await serverPid(dataDir);
    await first.stop();
    expect(await query(second.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.stop();
    await expectEnded(pid);
  });

  test('a server in use on another port is left alone; one that nobody uses makes way', async () => {
    const user = await startEmbeddedPostgres({ dataDir, port });
    const otherPort = await freePort();
    await expect(startEmbeddedPostgres({ dataDir, port: otherPort })).rejects.toMatchObject({
      code: 'UNSUITABLE',
      problem: expect.stringContaining(String(port)),
      remedy: expect.stringContaining('WEFT_PORT_BASE'),
    });
    expect(await query(user.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const orphan = await serverPid(dataDir);
    await endSessions(user.adminUrl);
    const moved = await startEmbeddedPostgres({ dataDir, port: otherPort });
    await expectEnded(orphan);
    expect(await query(moved.adminUrl, 'SHOW port')).toEqual([{ port: String(otherPort) }]);
    await Promise.all([moved.stop(), user.stop()]);
  });

  test('joins the server that a killed process left behind, and stops it', async () => {
    const killed = await startEmbeddedPostgres({ dataDir, port });
    const orphan = await serverPid(dataDir);
    await endSessions(killed.adminUrl);
    const next = await startEmbeddedPostgres({ dataDir, port });
    expect(await serverPid(dataDir)).toBe(orphan);
    await next.stop();
    await expectEnded(orphan);
    await killed.stop();
  });

  test('has every acknowledged row after kill -9 of the server', async () => {
    const killed = await startEmbeddedPostgres({ dataDir, port });
    await query(killed.adminUrl, 'CREATE TABLE acknowledged (n integer)');
    await query(killed.adminUrl, 'INSERT INTO acknowledged SELECT generate_series(1, 1000)');
    process.kill(await serverPid(dataDir), 'SIGKILL');
    const next = await startEmbeddedPostgres({ dataDir, port });
    expect(await query(next.adminUrl, 'SELECT count(*)::int AS rows FROM acknowledged')).toEqual([
      { rows: 1000 },
    ]);
    const pid = await serverPid(dataDir);
    await Promise.all([next.stop(), killed.stop()]);
    await expectEnded(pid);
  });

  test('is not fooled by a process id that now belongs to another program', async () => {
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    const stale = `${bystander.pid}\n${dataDir}\n0\n${port}\n\n127.0.0.1\n0 0\nready\n`;
    await writeFile(join(dataDir, 'cluster', 'data', 'postmaster.pid'), stale);
    const server = await startEmbeddedPostgres({ dataDir, port });
    expect(await query(server.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(bystander.exitCode).toBeNull();
    bystander.kill();
  });

  test('names a port that another program has, and the way out', async () => {
    const other = createServer().listen({ host: '127.0.0.1', port });
    await once(other, 'listening');
    await expect(startEmbeddedPostgres({ dataDir, port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      problem: expect.stringContaining(String(port)),
      remedy: expect.stringContaining('WEFT_PORT_BASE'),
    });
    other.close();
  });

  test('names a folder that is none', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(startEmbeddedPostgres({ dataDir: join(file, 'postgres'), port })).rejects.toMatchObject({
      code: 'UNSUITABLE',
      problem: expect.stringContaining(file),
    });
  });
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

/** As when the processes that use the server are killed. */
async function endSessions(adminUrl: string): Promise<void> {
  await query(
    adminUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'weft-launcher'`,
  );
}

/** The last server's process id; it is not running any more when its pid file is gone. */
async function serverPid(dataDir: string): Promise<number> {
  const file = await readFile(join(dataDir, 'cluster', 'data', 'postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}

/** Within a second, in which this process takes note of its child's end. */
async function expectEnded(pid: number): Promise<void> {
  for (let patience = 50; isAlive(pid) && patience > 0; patience -= 1) {
    await delay(20);
  }
  expect(isAlive(pid)).toBe(false);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
