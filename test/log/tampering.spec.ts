import { setTimeout as pause } from 'node:timers/promises';
import {
  Sequencer,
  checkStoredLog,
  integrate,
  readLogFile,
  type FederationLogError,
  type SequencerReport,
  type SigningDeps,
} from '#libs/federation-log';
import { createAuditLog, createDataSource, migrate, PostgresLogStore } from '#libs/persistence';
import type { AuditLog } from '#libs/registry';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { auditEvent } from '../audit-event.js';
import { freshDatabase, testServer, type FreshDatabase } from '../postgres.js';
import { signingDeps } from './signing.js';

const ENTRIES = 600;

/** What somebody who owns the database server can do, and how it is told. */
const TAMPERINGS: readonly [string, string, RegExp][] = [
  [
    'a signed entry is changed with its digest',
    `UPDATE audit_log SET entry = '{}', digest = 'sha256:' || encode(sha256('{}'), 'hex') WHERE index = 590`,
    /entry 590 is not the one that was signed/,
  ],
  [
    'a waiting entry is changed without its digest',
    `ALTER TABLE audit_log DROP CONSTRAINT audit_log_digest_of_entry;
     UPDATE audit_log SET entry = '{}' WHERE index = 601`,
    /entry 601 does not fit its digest/,
  ],
  ['a signed entry is taken out', `DELETE FROM audit_log WHERE index = 580`, /entry 580 of 603 is missing/],
  [
    'the last waiting entry is taken out',
    `DELETE FROM audit_log WHERE index = 602`,
    /entry 602 of 603 is missing/,
  ],
  [
    'the log is made shorter, and its count too',
    `DELETE FROM audit_log WHERE index >= 590; UPDATE audit_log_head SET size = 590;
     DELETE FROM log_checkpoint; DELETE FROM log_tile`,
    /600 entries were signed and the store has 590/,
  ],
  [
    'the log is made shorter and signed from the beginning again',
    `DELETE FROM log_checkpoint; DELETE FROM log_tile;
     UPDATE audit_log SET entry = '{}', digest = 'sha256:' || encode(sha256('{}'), 'hex') WHERE index = 5`,
    /the 600 entries are not those that were signed/,
  ],
  [
    'a hash of the last tile is changed',
    `UPDATE log_tile SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) WHERE level = 0 AND index = 2`,
    /the tiles of 600 entries do not give the root/,
  ],
  [
    'a hash of the tile above is changed',
    `UPDATE log_tile SET hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) WHERE level = 1`,
    /the tiles of 600 entries do not give the root/,
  ],
  [
    'the last tile is taken out',
    `DELETE FROM log_tile WHERE level = 0 AND index = 2`,
    /tile\/0\/002.p\/88 is missing/,
  ],
  [
    "the checkpoint's root is changed",
    `UPDATE log_checkpoint SET root = sha256('x') WHERE size = 600`,
    /the checkpoint of 600 entries does not say what was signed/,
  ],
  [
    'the checkpoint is written anew without the key',
    `UPDATE log_checkpoint SET note = replace(note, E'\\n600\\n', E'\\n599\\n') WHERE size = 600`,
    /does not verify/,
  ],
];

/** What only a reading of the whole log finds: nothing of it is read to sign the next entry. */
const OLD_TAMPERINGS: readonly [string, string, RegExp][] = [
  [
    'an entry of long ago is changed with its digest',
    `UPDATE audit_log SET entry = '{}', digest = 'sha256:' || encode(sha256('{}'), 'hex') WHERE index = 17`,
    /entry 17 does not fit tile\/0\/000/,
  ],
  [
    'an entry of long ago and its hash are changed',
    `UPDATE audit_log SET entry = '{}', digest = 'sha256:' || encode(sha256('{}'), 'hex') WHERE index = 17;
     UPDATE log_tile SET hashes = overlay(hashes PLACING sha256('\\x007b7d') FROM 17 * 32 + 1) WHERE level = 0 AND index = 0`,
    /hash 0 is wrong in tile\/1\/000.p\/2/,
  ],
  [
    'a tile of long ago is changed',
    `UPDATE log_tile SET hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) WHERE level = 0 AND index = 0`,
    /entry 0 does not fit tile\/0\/000/,
  ],
];

let database: FreshDatabase;
let dataSource: DataSource;
let deps: SigningDeps;
let log: AuditLog;

beforeEach(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  log = createAuditLog(dataSource, 'zhejiang');
  deps = await signingDeps(new PostgresLogStore(dataSource, 'zhejiang'));
  await Promise.all(Array.from({ length: ENTRIES }, (_, n) => log.append(auditEvent(`${n}`))));
  await integrate(deps);
  for (let n = 0; n < 3; n += 1) await log.append(auditEvent(`waiting ${n}`));
});

afterEach(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

describe('a log that was changed behind the program', () => {
  it.each(TAMPERINGS)('is not signed any further when %s', async (_what, statement, problem) => {
    const before = await deps.store.newest();
    await tamper(statement);
    await expect(integrate(deps)).rejects.toThrow(problem);
    expect((await deps.store.newest())?.size ?? 0).toBeLessThanOrEqual(before?.size ?? 0);
  });

  it.each(OLD_TAMPERINGS)('is found by reading it again when %s', async (_what, statement, problem) => {
    await tamper(statement);
    await expect(checkStoredLog(deps, deps.store, async () => true)).rejects.toThrow(problem);
  });

  it('is signed no further once that is found, and still takes entries', async () => {
    const report = new Told();
    const sequencer = new Sequencer(deps, report, (ms, signal) =>
      pause(Math.min(ms, 20), undefined, { signal }).catch(() => undefined),
    );
    sequencer.start();
    const size = ENTRIES + 3;
    await until(() => sequencer.state.size === size);
    await tamper(OLD_TAMPERINGS[0]?.[1] ?? '');
    await until(() => report.damages.length > 0);
    await log.append(auditEvent('afterwards'));
    await pause(100);
    expect(sequencer.state).toEqual({ size, phase: 'damaged' });
    expect((await deps.store.newest())?.size).toBe(size);
    expect(await sequencer.stop()).toBe(1);
    expect(report.damages).toEqual([expect.objectContaining({ code: 'DAMAGED' })]);
  });

  it('does not give out a bundle that lacks an entry', async () => {
    await tamper('DELETE FROM audit_log WHERE index = 17');
    await expect(readLogFile(deps.store, 'tile/entries/000')).rejects.toMatchObject({ code: 'DAMAGED' });
  });
});

/** Runs statements as the server's superuser, past every trigger. */
async function tamper(statements: string): Promise<void> {
  const url = new URL(await testServer());
  url.pathname = new URL(database.url).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`SET session_replication_role = replica; ${statements}`);
  } finally {
    await client.end();
  }
}

async function until(done: () => boolean): Promise<void> {
  for (let n = 0; n < 500 && !done(); n += 1) await pause(20);
}

/** Keeps what is told of a log. */
class Told implements SequencerReport {
  readonly damages: FederationLogError[] = [];
  readonly failures: unknown[] = [];
  signed(): void {}
  checked(): void {}
  recovered(): void {}
  failing(error: unknown): void {
    this.failures.push(error);
  }
  damaged(error: FederationLogError): void {
    this.damages.push(error);
  }
}
