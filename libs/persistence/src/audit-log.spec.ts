import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { AuditEvent, AuditLog } from '#libs/registry';
import { auditEvent } from '../../../test/audit-event.js';
import { type FreshDatabase, freshDatabase } from '../../../test/postgres.js';
import { createAuditLog, readAuditLog } from './audit-log.js';
import { createDataSource, migrate } from './data-source.js';
import { createRegistry } from './registry.js';

describe('the audit log', () => {
  let database: FreshDatabase;
  let dataSource: DataSource;
  let origin: string;
  let log: AuditLog;

  beforeAll(async () => {
    database = await freshDatabase();
    dataSource = await createDataSource(database.url);
    await migrate(dataSource);
  });

  beforeEach(() => {
    origin = `log${Math.random()}`;
    log = createAuditLog(dataSource, origin);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  test('holds the RFC 8785 form of an event, its digest and its time', async () => {
    await log.append(auditEvent('1'));
    const [placed] = await readAuditLog(dataSource, origin, 0, 10);
    const expected =
      `{"actor":{"kind":"person","name":"li.na"},"at":"2026-03-01T08:30:00.123Z","details":{"roles":["examiner"]},` +
      `"kind":"weft.log-entry.v1","origin":"${origin}","outcome":"success","subject":"w.1","type":"person.added"}`;
    expect(placed).toEqual({
      index: 0,
      entry: expected,
      digest: `sha256:${createHash('sha256').update(expected, 'utf8').digest('hex')}`,
      at: '2026-03-01T08:30:00.123Z',
    });
  });

  test('numbers entries without a gap, also with several writers and with transactions that fail', async () => {
    const registry = createRegistry(dataSource, origin);
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        if (i % 3 === 0) {
          await log.append(auditEvent(`${i}`));
          return;
        }
        const done = registry.transaction(async (writer) => {
          await writer.log.append(auditEvent(`${i}`));
          if (i % 3 === 1) {
            throw new Error('undone');
          }
        });
        await done.catch(() => undefined);
      }),
    );
    const entries = await readAuditLog(dataSource, origin, 0, 100);
    expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(await readAuditLog(dataSource, origin, 5, 3)).toEqual(entries.slice(5, 8));
  });

  test('cannot be changed, shortened or emptied, nor given an entry that its digest does not fit', async () => {
    await log.append(auditEvent('1'));
    for (const statement of [
      `UPDATE audit_log SET entry = '{}'`,
      `DELETE FROM audit_log`,
      `DELETE FROM audit_log WHERE false`,
      `TRUNCATE audit_log`,
    ]) {
      await expect(dataSource.query(statement)).rejects.toThrow(/append-only/);
    }
    await expect(
      dataSource.query(`INSERT INTO audit_log VALUES ('x', 0, '{}', 'sha256:' || repeat('0', 64), now())`),
    ).rejects.toThrow(/audit_log_digest_of_entry/);
    expect(await readAuditLog(dataSource, origin, 0, 10)).toHaveLength(1);
  });

  test('refuses what it could not write as it is', async () => {
    const started: AuditEvent = {
      ...{
        type: 'node.started',
        outcome: 'success',
        actor: { kind: 'program', name: 'test' },
        subject: null,
      },
      ...{ at: '2026-03-01T08:30:00.123Z', details: { epoch: 1, served: [] } },
    };
    for (const [wrong, named] of [
      [{ ...started, type: 'node.burnt' }, /no such event/],
      [{ ...started, outcome: 'failure' }, /no such event with this outcome/],
      [{ ...started, at: 'yesterday' }, /node.started.*: at:/],
      [{ ...started, subject: '张三' }, /subject/],
      [{ ...started, details: { epoch: 1, served: [], owner: '张三' } }, /details/],
      [{ ...started, details: { epoch: Number.NaN, served: [] } }, /details.epoch/],
      [{ ...started, actor: { kind: 'person', name: '张三' } }, /actor.name/],
    ] as [AuditEvent, RegExp][]) {
      await expect(log.append(wrong)).rejects.toThrow(named);
      await expect(log.append(wrong)).rejects.not.toThrow('张三');
    }
    expect(await readAuditLog(dataSource, origin, 0, 10)).toEqual([]);
  });

  test('that cannot be written makes the transaction fail that it records', async () => {
    const registry = createRegistry(dataSource, origin);
    await dataSource.query('ALTER TABLE audit_log RENAME TO audit_log_gone');
    try {
      const failing = registry.transaction(async (writer) => {
        await writer.nextSerial(2026, 'F');
        await writer.log.append(auditEvent('1'));
      });
      await expect(failing).rejects.toThrow(/audit_log/);
      await expect(log.append(auditEvent('2'))).rejects.toThrow(/audit_log/);
    } finally {
      await dataSource.query('ALTER TABLE audit_log_gone RENAME TO audit_log');
    }
    expect(await registry.transaction((writer) => writer.nextSerial(2026, 'F'))).toBe(1);
  });

  test('a transaction that goes on after a statement failed is not taken for committed', async () => {
    const registry = createRegistry(dataSource, origin);
    const goingOn = registry.transaction(async (writer) => {
      await expect(writer.raiseSerial(2026, 'not a category', 1)).rejects.toThrow();
    });
    await expect(goingOn).rejects.toThrow(/transaction is aborted/);
  });
});
