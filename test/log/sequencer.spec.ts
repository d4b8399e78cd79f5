import { setTimeout as pause } from 'node:timers/promises';
import {
  Sequencer,
  type LogStore,
  type SequencerReport,
  type StoredCheckpoint,
  type Wait,
} from '#libs/federation-log';
import { runLog } from '#libs/log-service';
import {
  createAuditLog,
  createDataSource,
  createRegistry,
  migrate,
  PostgresLogStore,
} from '#libs/persistence';
import { pino } from 'pino';
import { auditEvent } from '../audit-event.js';
import { createFakeLastSigned, createFakeLogStore, type FakeLogStore } from '../fakes/log-store.js';
import { freshDatabase } from '../postgres.js';
import { signingDeps } from './signing.js';

/** Waits at most 10 ms. */
const inHaste: Wait = (milliseconds, signal) =>
  pause(Math.min(milliseconds, 10), undefined, { signal }).catch(() => undefined);

/** Keeps what is told of a log. */
class Told implements SequencerReport {
  readonly lines: string[] = [];
  signed({ size }: StoredCheckpoint, added: number): void {
    this.lines.push(`signed ${size}, ${added} new`);
  }
  failing(error: unknown): void {
    this.lines.push(`failing: ${error instanceof Error ? error.message : String(error)}`);
  }
  recovered(): void {
    this.lines.push('recovered');
  }
  damaged(error: Error): void {
    this.lines.push(`damaged: ${error.message}`);
  }
  checked(entries: number): void {
    this.lines.push(`checked ${entries}`);
  }
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await done())) await pause(5);
}

const append = (store: FakeLogStore, count: number) =>
  Promise.all(Array.from({ length: count }, (_, n) => store.append(Buffer.from(`entry ${n}`))));

describe('a sequencer', () => {
  it('signs what is there when it starts, then what comes, and tells of every head', async () => {
    const store = createFakeLogStore();
    await append(store, 5_000);
    const told = new Told();
    const heads: number[] = [];
    const sequencer = new Sequencer(await signingDeps(store), told, inHaste);
    sequencer.onCheckpoint(({ size }) => heads.push(size));
    sequencer.start();
    await until(() => sequencer.state.size === 5_000);
    expect(heads).toEqual([2_048, 4_096, 5_000]);
    await append(store, 3);
    await until(() => sequencer.state.size === 5_003);
    expect(told.lines.filter((line) => line.startsWith('signed')).at(-1)).toBe('signed 5003, 3 new');
    expect(await sequencer.stop()).toBe(0);
  });

  it('signs what was committed before it ends, and says what it could not', async () => {
    const store = createFakeLogStore();
    const deps = await signingDeps(store);
    const sequencer = new Sequencer(deps, new Told(), inHaste);
    sequencer.start();
    await append(store, 3_000);
    expect(await sequencer.stop()).toBe(0);
    expect((await store.newest())?.size).toBe(3_000);
    expect(sequencer.state).toEqual({ size: 3_000, phase: 'stopped' });

    await append(store, 4);
    const broken: LogStore = { ...store, advance: async () => Promise.reject(new Error('the disk is full')) };
    const stuck = new Sequencer({ ...deps, store: broken }, new Told(), inHaste);
    stuck.start();
    await expect(stuck.stop()).rejects.toThrow('the disk is full');
  });

  it('says once that it cannot sign, tries on, and says when it can again', async () => {
    const store = createFakeLogStore();
    let broken = true;
    const flaky: LogStore = {
      ...store,
      advance: async (...parameters) =>
        broken ? Promise.reject(new Error('the disk is full')) : store.advance(...parameters),
    };
    let waits = 0;
    const told = new Told();
    const sequencer = new Sequencer(await signingDeps(flaky), told, async (milliseconds, signal) => {
      waits += 1;
      return inHaste(Math.min(milliseconds, 2), signal);
    });
    await append(store, 2);
    sequencer.start();
    await until(() => waits > 10);
    expect(sequencer.state).toEqual({ size: 0, phase: 'failing' });
    broken = false;
    await until(() => sequencer.state.size === 2);
    await until(() => sequencer.state.phase === 'signing');
    await sequencer.stop();
    expect(told.lines.filter((line) => !line.startsWith('checked'))).toEqual([
      'failing: the disk is full',
      'signed 2, 2 new',
      'recovered',
    ]);
  });

  it('adopts the head of another writer that was first', async () => {
    const store = createFakeLogStore();
    const [first, second] = [await signingDeps(store), await signingDeps(store)];
    const both = { ...first, keys: [...first.keys, ...second.keys] };
    const other = { ...second, keys: both.keys, lastSigned: createFakeLastSigned() };
    const sequencers = [both, other].map((deps) => new Sequencer(deps, new Told(), inHaste));
    for (const sequencer of sequencers) sequencer.start();
    for (let n = 0; n < 40; n += 1) {
      await append(store, 50);
      await pause(n % 3);
    }
    expect(await Promise.all(sequencers.map((sequencer) => sequencer.stop()))).toEqual([0, 0]);
    expect((await store.newest())?.size).toBe(2_000);
  });
});

describe('a running log in PostgreSQL', () => {
  it('signs every commit, of groups and of changes of the registry, by whichever connection, and nothing that is undone', async () => {
    const database = await freshDatabase();
    const [dataSource, elsewhere] = [
      await createDataSource(database.url),
      await createDataSource(database.url),
    ];
    await migrate(dataSource);
    const store = new PostgresLogStore(dataSource, 'zhejiang');
    const running = runLog({
      signing: await signingDeps(store),
      logger: pino({ level: 'silent' }),
      wait: inHaste,
    });
    try {
      await createAuditLog(elsewhere, 'zhejiang').append(auditEvent('1'));
      await until(() => running.state.size === 1);
      const registry = createRegistry(elsewhere, 'zhejiang');
      await registry.transaction((writer) => writer.log.append(auditEvent('2')));
      await until(() => running.state.size === 2);
      const undone = registry.transaction(async (writer) => {
        await writer.log.append(auditEvent('undone'));
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      await createAuditLog(dataSource, 'zhejiang').append(auditEvent('3'));
      await until(() => running.state.size === 3);
      const subjects = (await store.entries(0, 10)).map((entry) => entry.toString());
      expect(subjects.join('\n')).not.toContain('undone');
    } finally {
      await running.stop();
      await dataSource.destroy();
      await elsewhere.destroy();
      await database.drop();
    }
  });
});
