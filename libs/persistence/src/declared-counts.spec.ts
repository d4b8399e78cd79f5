import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { Registry } from '#libs/registry';
import { auditEvent } from '../../../test/audit-event.js';
import { insert, makePattern, makeRegistration } from '../../../test/contracts/registry-samples.js';
import { type FreshDatabase, freshDatabase } from '../../../test/postgres.js';
import { createDataSource, migrate } from './data-source.js';
import { PostgresDeclaredCounts } from './declared-counts.js';
import { createRegistry } from './registry.js';

let database: FreshDatabase;
let dataSource: DataSource;
let registry: Registry;
let counts: PostgresDeclaredCounts;

beforeEach(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
  registry = createRegistry(dataSource, 'zhejiang');
  counts = new PostgresDeclaredCounts(dataSource, 'zhejiang', () => 0);
});

afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** Files an application as the desk does; its entry is followed by another that tells no count. */
async function file(): Promise<void> {
  await registry.transaction(async (writer) => {
    const pattern = makePattern();
    const registration = makeRegistration(pattern);
    await insert(writer, pattern, registration);
    await writer.log.append({
      type: 'registry.filed',
      outcome: 'success',
      actor: { kind: 'person', name: 'li.na' },
      at: '2026-03-01T08:30:00.123Z',
      subject: registration.registrationId,
      details: {
        patternId: pattern.patternId,
        category: 'F',
        pictureCommitment: `commitment:${'0'.repeat(64)}`,
        ...(await writer.head()),
      },
    });
    await writer.log.append(auditEvent('searchable'));
  });
}

test('a log that tells no count declares none', async () => {
  await registry.transaction((writer) => writer.log.append(auditEvent('1')));
  expect(await counts.declared(0, 1)).toBeNull();
});

test('what is declared is the count after the change that was searched, cosigned or not, whatever came since', async () => {
  for (let n = 0; n < 40; n += 1) await file();
  expect(await counts.declared(40, 0)).toEqual({ searchable: 40, entry: 78 });
  expect(await counts.declared(40, 70)).toEqual({ searchable: 40, entry: 78 });
  expect(await counts.declared(3, 0)).toEqual({ searchable: 3, entry: 4 });
  expect(await counts.declared(3, 6)).toEqual({ searchable: 3, entry: 4 });
  expect(await counts.declared(0, 0)).toBeNull();
});

test('a registry that lost registrations is held against what was cosigned', async () => {
  for (let n = 0; n < 3; n += 1) await file();
  await dataSource.query('DELETE FROM registration WHERE position > 1');
  await dataSource.query('UPDATE registry_head SET position = 1, searchable = 1');
  const { position } = await registry.head();
  expect(await counts.declared(position, 0)).toEqual({ searchable: 1, entry: 0 });
  expect(await counts.declared(position, 3)).toEqual({ searchable: 2, entry: 2 });
  expect(await counts.declared(position, 6)).toEqual({ searchable: 3, entry: 4 });
});

test('a count is found by an index of its own', async () => {
  await file();
  await dataSource.query('SET enable_seqscan = off');
  const plan = await dataSource.query<Record<string, string>[]>(
    `EXPLAIN SELECT index, entry FROM audit_log WHERE origin = 'zhejiang' AND entry LIKE '%"searchable":%'
     AND index < 9 ORDER BY index DESC LIMIT 16`,
  );
  expect(JSON.stringify(plan)).toContain('audit_log_tells_count');
});
