import {
  Frontier,
  checkStoredLog,
  integrate,
  type LastSigned,
  type LogStore,
  type SigningDeps,
} from '#libs/federation-log';
import { createAuditLog, createDataSource, migrate, PostgresLogStore } from '#libs/persistence';
import type { DataSource } from 'typeorm';
import { auditEvent, wordOf } from '../audit-event.js';
import { createFakeLastSigned, createFakeLogStore } from '../fakes/log-store.js';
import { freshDatabase, type FreshDatabase } from '../postgres.js';
import { signingDeps } from './signing.js';

const WRITES = ['lastSigned.write', 'store.advance', 'append'] as const;
const FATES = ['and was not persisted', 'but was persisted'] as const;
type Fault = { readonly write: (typeof WRITES)[number]; readonly fate: (typeof FATES)[number] };

/** A log whose next write of one kind fails. */
interface BreakableLog {
  readonly deps: SigningDeps;
  append(subject: string): Promise<void>;
  fail(fault: Fault | null): void;
  close(): Promise<void>;
}

const KINDS: readonly [string, () => Promise<BreakableLog>][] = [
  ['in memory', async () => inMemory()],
  ['in PostgreSQL', async () => inPostgres()],
];

describe.each(KINDS)('a log %s goes on right', (_name, open) => {
  let log: BreakableLog;
  beforeEach(async () => {
    log = await open();
  });
  afterEach(async () => log.close());

  const table = WRITES.flatMap((write) =>
    FATES.flatMap((fate) => [0, 3, 255, 256, 300].map((before) => ({ write, fate, before }))),
  );

  it.each(table)('after $write failed $fate, at $before entries', async ({ write, fate, before }) => {
    const acknowledged: string[] = [];
    const append = async (subject: string) => {
      await log.append(subject);
      acknowledged.push(subject);
    };
    await Promise.all(Array.from({ length: before }, (_, n) => append(`before ${n}`)));
    await drain(log.deps);

    log.fail({ write, fate });
    const interrupted = append('in between').then(() => drain(log.deps));
    await expect(interrupted).rejects.toThrow(/broke/);
    log.fail(null);

    await drain(log.deps);
    for (let n = 0; n < 3; n += 1) await append(`after ${n}`);
    await drain(log.deps);
    await expectWhole(log.deps, acknowledged);
    const subjects = await subjectsOf(log.deps.store);
    expect(subjects.filter((subject) => subject === 'in between').length).toBe(
      write === 'append' && fate === 'and was not persisted' ? 0 : 1,
    );
  });

  it('when the process stops between signing and keeping, and entries came meanwhile', async () => {
    for (let n = 0; n < 5; n += 1) await log.append(`${n}`);
    log.fail({ write: 'store.advance', fate: 'and was not persisted' });
    await expect(integrate(log.deps)).rejects.toThrow(/broke/);
    log.fail(null);
    for (let n = 5; n < 9; n += 1) await log.append(`${n}`);
    // The tree that was signed comes first, then what came since.
    expect(await integrate(log.deps)).toMatchObject({ head: { size: 5 }, added: 5, then: 'more' });
    expect(await integrate(log.deps)).toMatchObject({ head: { size: 9 }, added: 4, then: 'done' });
  });

  it('and never signs another tree of a size that was signed, when the store was put back to before', async () => {
    for (let n = 0; n < 5; n += 1) await log.append(`${n}`);
    await drain(log.deps);
    const restored = await open();
    try {
      for (let n = 0; n < 3; n += 1) await restored.append(`${n}`);
      const deps = { ...restored.deps, lastSigned: log.deps.lastSigned };
      await expect(integrate(deps)).rejects.toThrow(/put back to an earlier time/);
      for (let n = 3; n < 9; n += 1) await restored.append(`another ${n}`);
      await expect(integrate(deps)).rejects.toThrow(/the 5 entries are not those that were signed/);
      expect(await restored.deps.store.newest()).toBeNull();
    } finally {
      await restored.close();
    }
  });
});

async function drain(deps: SigningDeps): Promise<void> {
  while ((await integrate(deps)).then !== 'done');
}

/** Every acknowledged entry is under the head, and the head's root is that of the entries. */
async function expectWhole(deps: SigningDeps, acknowledged: readonly string[]): Promise<void> {
  const head = await deps.store.newest();
  const subjects = await subjectsOf(deps.store);
  expect(subjects).toHaveLength(head?.size ?? 0);
  expect(subjects).toEqual(expect.arrayContaining([...acknowledged]));
  expect(await checkStoredLog(deps, deps.store, async () => true)).toBe(subjects.length);
  const tree = Frontier.empty(deps.hasher);
  for (const entry of await deps.store.entries(0, 4_096)) tree.append(deps.hasher.leaf(entry));
  expect(Buffer.from(tree.root())).toEqual(Buffer.from(head?.root ?? []));
}

async function subjectsOf(store: LogStore): Promise<string[]> {
  const entries = await store.entries(0, 4_096);
  return entries.map(wordOf);
}

/** Wraps the writes of a log so that one can be made to fail. */
async function breakable(
  store: LogStore,
  write: (subject: string) => Promise<void>,
  close: () => Promise<void>,
): Promise<BreakableLog> {
  let fault: Fault | null = null;
  const lastSigned = createFakeLastSigned();
  const around = async <T>(kind: Fault['write'], work: () => Promise<T>): Promise<T> => {
    if (fault?.write !== kind) return work();
    if (fault.fate === 'but was persisted') await work();
    throw new Error(`${kind} broke`);
  };
  const broken: LastSigned = {
    read: () => lastSigned.read(),
    write: (head) => around('lastSigned.write', () => lastSigned.write(head)),
  };
  const brokenStore: LogStore = {
    newest: () => store.newest(),
    committed: () => store.committed(),
    entries: (from, limit) => store.entries(from, limit),
    tile: (tile) => store.tile(tile),
    cosignatures: (size) => store.cosignatures(size),
    cosign: (size, signer, line) => store.cosign(size, signer, line),
    advance: (previous, next, tiles) => around('store.advance', () => store.advance(previous, next, tiles)),
  };
  return {
    deps: await signingDeps(brokenStore, undefined, broken),
    append: (subject) => around('append', () => write(subject)),
    fail: (next) => {
      fault = next;
    },
    close,
  };
}

async function inMemory(): Promise<BreakableLog> {
  const store = createFakeLogStore();
  const write = (subject: string) => store.append(Buffer.from(JSON.stringify(auditEvent(subject))));
  return breakable(store, write, async () => undefined);
}

let database: FreshDatabase;
let dataSource: DataSource;
let opened = 0;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource(database.url);
  await migrate(dataSource);
});
afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

async function inPostgres(): Promise<BreakableLog> {
  const origin = `log${(opened += 1)}`;
  const log = createAuditLog(dataSource, origin);
  return breakable(
    new PostgresLogStore(dataSource, origin),
    (subject) => log.append(auditEvent(subject)),
    async () => undefined,
  );
}
