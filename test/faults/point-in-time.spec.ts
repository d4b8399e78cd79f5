import { appendFile, chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  addCheckpoint,
  formatAddCheckpoint,
  integrate,
  isHashTile,
  nodesFromTiles,
  proveConsistency,
  type LastSigned,
  type SigningDeps,
  type WitnessReply,
} from '#libs/federation-log';
import {
  createAuditLog,
  createDataSource,
  createLastSignedFile,
  createRoleAndDatabase,
  migrate,
  PostgresLogStore,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '#libs/persistence';
import pg from 'pg';
import { auditEvent, wordOf } from '../audit-event.js';
import { createFakeWitnessStore } from '../fakes/witness-store.js';
import { createParties, hasher, type Parties } from '../log/parties.js';
import { signingDeps } from '../log/signing.js';
import { freePortBase } from '../ports.js';

const ORIGIN = 'zhejiang';

let folder: string;
let port: number;
let parties: Parties;
const servers: EmbeddedPostgres[] = [];
const witnessStore = createFakeWitnessStore();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-restore-'));
  // The server's own account writes into the archive.
  await chmod(folder, 0o711);
  await mkdir(join(folder, 'archive'));
  await chmod(join(folder, 'archive'), 0o777);
  port = await freePortBase();
  parties = await createParties();
}, 60_000);

afterAll(async () => {
  for (const server of servers) await server.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Runs statements as the superuser, in one session. */
async function asAdmin<T>(server: EmbeddedPostgres, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function serve(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, port });
  servers.push(server);
  return server;
}

/** A node's log on this database, with what it keeps outside of it. */
async function openLog(url: string, lastSigned: LastSigned) {
  const dataSource = await createDataSource(url, { poolSize: 2 });
  await migrate(dataSource);
  const log = createAuditLog(dataSource, ORIGIN);
  const store = new PostgresLogStore(dataSource, ORIGIN);
  const deps = await signingDeps(store, parties.logKey, lastSigned);
  return {
    deps,
    append: (...words: string[]) => Promise.all(words.map((word) => log.append(auditEvent(word)))),
    words: async () => (await store.entries(0, 100)).map(wordOf).sort(),
    close: () => dataSource.destroy(),
  };
}

async function sign(deps: SigningDeps): Promise<void> {
  while ((await integrate(deps)).then !== 'done');
}

/** What Shandong, which witnesses the log, says to its head. */
async function cosign({ store }: SigningDeps, oldSize: number): Promise<WitnessReply> {
  const head = await store.newest();
  if (!head) throw new Error('nothing is signed');
  const read = nodesFromTiles(hasher, head.size, (tile) => {
    if (!isHashTile(tile)) throw new Error('no tile of hashes');
    return store.tile(tile);
  });
  const proof = oldSize > head.size ? [] : await proveConsistency(hasher, oldSize, head.size, read);
  const witness = {
    hasher,
    logs: parties.logs,
    store: witnessStore,
    cosigner: parties.cosigner('shandong'),
    now: () => '2026-03-01T08:30:00.000Z',
    report: { forked: async () => undefined },
  };
  return addCheckpoint(witness, formatAddCheckpoint({ oldSize, proof, note: head.note }), `weft/${ORIGIN}`);
}

/** The base backup of the operator's guide: the cluster's files, copied between start and stop of a backup. */
async function baseBackup(server: EmbeddedPostgres, from: string, to: string): Promise<void> {
  await asAdmin(server, async (client) => {
    await client.query("SELECT pg_backup_start('weft', true)");
    const skipped = /(\/postmaster\.(pid|opts)|\/pg_wal\/.+)$/;
    await cp(from, to, { recursive: true, filter: (path) => !skipped.test(path) });
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop()');
    await writeFile(join(to, 'cluster', 'data', 'backup_label'), rows[0]?.labelfile ?? '');
  });
}

/** A new home out of the backup and the archive. @param until restored up to; undefined for all there is */
async function restore(backup: string, name: string, until?: string): Promise<EmbeddedPostgres> {
  const home = join(folder, name);
  await cp(backup, home, { recursive: true });
  const data = join(home, 'cluster', 'data');
  const settings = [
    "archive_mode = 'off'",
    `restore_command = 'cp ${join(folder, 'archive')}/%f "%p"'`,
    ...(until === undefined ? [] : [`recovery_target_time = '${until}'`]),
    "recovery_target_action = 'promote'",
  ];
  await appendFile(join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  await writeFile(join(data, 'recovery.signal'), '');
  const server = await serve(home);
  await asAdmin(server, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ still: boolean }>('SELECT pg_is_in_recovery() AS still');
      if (rows[0]?.still === false) return;
      await pause(100);
    }
  });
  return server;
}

describe('a backup with the archived write-ahead log', () => {
  it('gives back all that was acknowledged, or the state of a moment; and a log put back behind its witnesses forks nothing', async () => {
    const first = join(folder, 'first');
    let server = await serve(first);
    await asAdmin(server, async (client) => {
      await client.query("ALTER SYSTEM SET archive_mode = 'on'");
      await client.query(
        `ALTER SYSTEM SET archive_command = 'test ! -f ${join(folder, 'archive')}/%f && cp %p ${join(folder, 'archive')}/%f'`,
      );
    });
    await server.stop();
    server = await serve(first);
    const url = await createRoleAndDatabase(server.adminUrl, 'weft_zhejiang');
    const signedFile = join(folder, 'log-signed.json');
    const log = await openLog(url, createLastSignedFile(signedFile));
    await log.append('before the backup');
    await sign(log.deps);
    expect(await cosign(log.deps, 0)).toMatchObject({ status: 200 });
    const oldSigned = join(folder, 'log-signed-of-the-backup.json');
    await cp(signedFile, oldSigned);
    const backup = join(folder, 'backup');
    await baseBackup(server, first, backup);

    await log.append('after the backup');
    await pause(50);
    const moment = await asAdmin(server, async (client) => {
      const { rows } = await client.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
      return rows[0]?.now ?? '';
    });
    await pause(50);
    await log.append('after the moment', 'and one more');
    await sign(log.deps);
    expect(await cosign(log.deps, 1)).toMatchObject({ status: 200 });
    const all = await log.words();
    expect(all).toHaveLength(4);
    await log.close();
    await asAdmin(server, async (client) => {
      const { rows } = await client.query<{ file: string }>(
        'SELECT pg_walfile_name(pg_switch_wal()) AS file',
      );
      for (;;) {
        const archived = await client.query<{ last: string }>(
          'SELECT last_archived_wal AS last FROM pg_stat_archiver',
        );
        if ((archived.rows[0]?.last ?? '') >= (rows[0]?.file ?? '')) return;
        await pause(100);
      }
    });
    // The machine is gone: its backup and its archive are what there is.
    await server.stop();
    await rm(first, { recursive: true });

    const whole = await restore(backup, 'whole');
    const restored = await openLog(url, createLastSignedFile(signedFile));
    expect(await restored.words()).toEqual(all);
    await restored.append('and it goes on');
    await sign(restored.deps);
    expect(await cosign(restored.deps, 4)).toMatchObject({ status: 200 });
    await restored.close();
    await whole.stop();

    const earlier = await restore(backup, 'earlier', moment);
    // By what it keeps outside of its database the node sees that it was put back, and signs nothing.
    const putBack = await openLog(url, createLastSignedFile(signedFile));
    expect(await putBack.words()).toEqual(['after the backup', 'before the backup']);
    await expect(sign(putBack.deps)).rejects.toThrow(/put back to an earlier time/);
    await putBack.append('another history');
    await expect(sign(putBack.deps)).rejects.toThrow(
      /put back to an earlier time|not those that were signed/,
    );
    await putBack.close();

    // With that file lost too it would sign another history: no witness that cosigned the first cosigns it.
    const forgetful = await openLog(url, createLastSignedFile(oldSigned));
    await sign(forgetful.deps);
    expect(await forgetful.deps.store.newest()).toMatchObject({ size: 3 });
    expect(await cosign(forgetful.deps, 1)).toMatchObject({ status: 409, body: '5\n' });
    await forgetful.append('as long', 'as the first', 'and longer');
    await sign(forgetful.deps);
    expect(await cosign(forgetful.deps, 5)).toMatchObject({ status: 422 });
    expect((await witnessStore.head(`weft/${ORIGIN}`))?.size).toBe(5);
    await forgetful.close();
    await earlier.stop();
  }, 240_000);
});
