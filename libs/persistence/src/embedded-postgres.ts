import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, SUPERUSER, dataFolderArgument, prepareCluster, serverEnvironment } from './cluster.js';
import { explainServerOutput } from './explain-server-output.js';
import { PersistenceError, explainFileError, systemCode } from './persistence-error.js';
import { findPostmaster, stopPostmaster } from './postmaster.js';
import { type ServerSession, joinServer } from './server-session.js';

const START_PATIENCE_MS = 60_000;
const MAX_LOG_BYTES = 8 * 1024 * 1024;

/** Durable (fsync and synchronous_commit stay on), and modest enough for a small machine that does other work too. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  max_wal_size: '256MB',
  max_parallel_workers: '0',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '1',
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

export interface EmbeddedPostgresOptions {
  /** Made on first use, mode 0700; everything of the server but the shared binaries lives in it. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1. */
  readonly port: number;
}

/** The server of one data folder, in use by this process. */
export interface EmbeddedPostgres {
  /** The superuser's URL; a secret. */
  readonly adminUrl: string;
  /**
   * Ends this process's use; the last user's call stops the server and returns when its process is gone. A second call
   * does nothing.
   */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes with the package, or joins it if it runs already for this folder (another process uses
 * it, or a killed one left it behind).
 * @throws PersistenceError PORT_TAKEN, NO_PERMISSION, NO_SPACE, NO_BINARIES, UNSUITABLE, DAMAGED
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const cluster = await prepareCluster(options.dataDir);
  const session = await startOrJoin(cluster, options.port);
  let stopped: Promise<void> | undefined;
  return {
    adminUrl: `postgresql://${SUPERUSER}:${cluster.password}@127.0.0.1:${options.port}/postgres`,
    stop: () => (stopped ??= leaveServer(cluster, session)),
  };
}

async function startOrJoin(cluster: Cluster, port: number): Promise<ServerSession> {
  const end = performance.now() + START_PATIENCE_MS;
  let launch: Launch | undefined;
  while (performance.now() < end) {
    const postmaster = await findPostmaster(cluster.dataFolder);
    if (postmaster?.ready === true) {
      const session = await joinServer(cluster, postmaster.port);
      if (session !== undefined && postmaster.port === port) {
        return session;
      }
      if (session !== undefined) {
        await makeWay(cluster, session, postmaster.pid, postmaster.port, port);
      }
    } else if (postmaster === undefined && (launch === undefined || hasEnded(launch.server))) {
      await explainExit(cluster, launch);
      const obstacle = await findObstacle(port);
      if (obstacle === undefined) {
        launch = await launchServer(cluster, port);
      } else if ((await findPostmaster(cluster.dataFolder)) === undefined) {
        throw obstacle;
      }
    }
    await delay(40);
  }
  throw explainServerOutput(await readLog(cluster, launch?.logFrom ?? 0), cluster.dataFolder);
}

function hasEnded(server: ChildProcess): boolean {
  return server.exitCode !== null || server.signalCode !== null;
}

/** A server that a killed process left on another port is stopped; one in use is not. */
async function makeWay(
  cluster: Cluster,
  session: ServerSession,
  pid: number,
  itsPort: number,
  port: number,
): Promise<void> {
  const alone = await session.leave();
  if (alone) {
    await stopPostmaster(cluster.dataFolder, pid);
    return;
  }
  await session.close();
  throw new PersistenceError(
    'UNSUITABLE',
    `the database server of ${cluster.dataFolder} is in use on port ${itsPort}, not ${port}`,
    'stop the Weft that uses it, or start with the same WEFT_PORT_BASE',
  );
}

async function leaveServer(cluster: Cluster, session: ServerSession): Promise<void> {
  const alone = await session.leave().catch(() => rejoinAndLeave(cluster));
  try {
    const postmaster = alone ? await findPostmaster(cluster.dataFolder) : undefined;
    if (postmaster !== undefined) {
      await stopPostmaster(cluster.dataFolder, postmaster.pid);
    }
  } finally {
    await session.close();
  }
}

/** The session was lost: the server may have ended, or only the connection. */
async function rejoinAndLeave(cluster: Cluster): Promise<boolean> {
  const postmaster = await findPostmaster(cluster.dataFolder);
  const session = postmaster && (await joinServer(cluster, postmaster.port));
  return session === undefined ? false : session.leave();
}

/** A server process that this process started, and where its part of the log begins. */
interface Launch {
  readonly server: ChildProcess;
  readonly logFrom: number;
}

/** Its own process group: Ctrl-C reaches this process alone, which then stops the server in order. */
async function launchServer(cluster: Cluster, port: number): Promise<Launch> {
  const size = await stat(cluster.logFile).then(
    (log) => log.size,
    () => 0,
  );
  const log = await open(cluster.logFile, size > MAX_LOG_BYTES ? 'w' : 'a', 0o600).catch((error: unknown) => {
    throw explainFileError(error, cluster.logFile);
  });
  try {
    const settings = Object.entries({ ...SETTINGS, port: String(port) });
    const server = spawn(
      cluster.binaries.postgres,
      [
        '-D',
        dataFolderArgument(cluster.dataFolder, cluster.account),
        ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        cwd: cluster.dataFolder,
        env: serverEnvironment(),
        stdio: ['ignore', log.fd, log.fd],
        detached: true,
        ...cluster.account,
      },
    );
    await once(server, 'spawn');
    server.unref();
    return { server, logFrom: size > MAX_LOG_BYTES ? 0 : size };
  } finally {
    await log.close();
  }
}

/** @throws PersistenceError unless the server gave way to another starter's, or a crashed one's last processes still end */
async function explainExit(cluster: Cluster, launch: Launch | undefined): Promise<void> {
  if (launch === undefined) {
    return;
  }
  const output = await readLog(cluster, launch.logFrom);
  if (!/lock file .* already exists|pre-existing shared memory block/.test(output)) {
    throw explainServerOutput(output, cluster.dataFolder);
  }
}

async function readLog(cluster: Cluster, from: number): Promise<string> {
  const log = await readFile(cluster.logFile);
  return log.subarray(from).toString('utf8').slice(-20_000);
}

/** What keeps a server from listening on this port; undefined if nothing does. */
async function findObstacle(port: number): Promise<PersistenceError | undefined> {
  const probe = createServer();
  try {
    probe.listen({ host: '127.0.0.1', port, exclusive: true });
    await once(probe, 'listening');
    return undefined;
  } catch (cause) {
    switch (systemCode(cause)) {
      case 'EADDRINUSE':
        return new PersistenceError(
          'PORT_TAKEN',
          `port ${port} of 127.0.0.1 is taken by another program, so the database server cannot listen there`,
          'stop that program, or set WEFT_PORT_BASE to another range of ports',
          { cause },
        );
      case 'EACCES':
        return new PersistenceError(
          'NO_PERMISSION',
          `this user may not listen on port ${port}`,
          'set WEFT_PORT_BASE to a range above 1024',
          { cause },
        );
      default:
        throw cause;
    }
  } finally {
    probe.close();
  }
}
