import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  integrate,
  readLogFile,
  tilePath,
  tilesOfTree,
  updateMirror,
  verifyCopy,
  type LogReader,
  type MirrorFolder,
  type ReadFile,
} from '#libs/federation-log';
import { createMirrorFolder } from '#libs/log-service';
import {
  createAuditLog,
  createDataSource,
  migrate,
  PostgresLogStore,
  readAuditLog,
  restoreLog,
} from '#libs/persistence';
import { auditEvent } from '../audit-event.js';
import { freshDatabase } from '../postgres.js';
import { createParties, entriesOf, hasher, signedLog, type Parties, type SignedLog } from './parties.js';
import { signingDeps } from './signing.js';

let parties: Parties;
let log: SignedLog;
let root: string;
let folder: MirrorFolder;

beforeAll(async () => {
  parties = await createParties();
});
beforeEach(async () => {
  log = await signedLog(parties);
  root = mkdtempSync(join(tmpdir(), 'weft-mirror-'));
  folder = createMirrorFolder(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const filesOf =
  (store: LogReader): ReadFile =>
  async (path) => {
    const file = await readLogFile(store, path);
    if (file === null) throw new Error(`no ${path}`);
    return file.bytes;
  };

const mirror = (change: Partial<Parameters<typeof updateMirror>[0]> = {}) =>
  updateMirror({
    hasher,
    log: parties.log('zhejiang'),
    folder,
    remote: filesOf(log.store),
    pause: async () => true,
    ...change,
  });

/** Every file of the log is in the folder, byte for byte, and no other but the note of how far it goes. */
async function expectSameFiles(store: LogReader): Promise<void> {
  const size = (await store.newest())?.size ?? 0;
  const paths = ['checkpoint', ...tilesOfTree(size).map(tilePath)];
  for (const path of paths) {
    expect([path, readFileSync(join(root, path)).toString('hex')]).toEqual([
      path,
      Buffer.from(await filesOf(store)(path)).toString('hex'),
    ]);
  }
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(found).toHaveLength(paths.length + 1);
}

describe('a copy of a log', () => {
  it('is the log byte for byte, however it grew', async () => {
    for (const count of [1, 3, 252, 1, 600, 4_000, 0, 2]) {
      await log.grow(entriesOf(count, `at ${count}`));
      const size = (await log.store.newest())?.size ?? 0;
      expect(await mirror()).toMatchObject({ size, added: count, witnessed: false });
      await expectSameFiles(log.store);
    }
  });

  it('that was interrupted at any write or read goes on where it was', async () => {
    await log.grow(entriesOf(300));
    await mirror();
    await log.grow(entriesOf(5_000, 'more'));
    let [left, interrupted] = [0, 0];
    const counted = <T>(work: () => Promise<T>): Promise<T> => {
      if (left === 0) return Promise.reject(new Error('stopped'));
      left -= 1;
      return work();
    };
    const breaking: MirrorFolder = { ...folder, write: (...file) => counted(() => folder.write(...file)) };
    for (left = 5; ; left = 30 + 5 * interrupted) {
      const done = await mirror({ folder: breaking }).catch((error: Error) => error.message);
      if (done !== 'stopped') break;
      interrupted += 1;
    }
    expect(interrupted).toBeGreaterThanOrEqual(2);
    expect(await mirror()).toMatchObject({ size: 5_300, added: 0 });
    await expectSameFiles(log.store);
  });

  it('takes nothing of a log that shows another history, and keeps what it signed', async () => {
    await log.grow(entriesOf(400));
    await mirror();
    const other = await signedLog(parties);
    for (const count of [300, 100, 50, 4_000]) {
      await other.grow(entriesOf(count, 'other'));
      await expect(mirror({ remote: filesOf(other.store) })).rejects.toMatchObject({ code: 'PROOF_FAILS' });
      expect(readFileSync(join(root, 'refused-checkpoint'), 'utf8')).toBe((await other.store.newest())?.note);
      rmSync(join(root, 'refused-checkpoint'));
      await expectSameFiles(log.store);
    }
    await log.grow(entriesOf(3, 'more'));
    expect(await mirror()).toMatchObject({ size: 403 });
  });

  it('takes no entry that was changed on the way', async () => {
    await log.grow(entriesOf(20));
    const lying: ReadFile = async (path) => {
      const bytes = Uint8Array.from(await filesOf(log.store)(path));
      if (path.startsWith('tile/entries')) bytes[40] = (bytes[40] ?? 0) ^ 1;
      return bytes;
    };
    await expect(mirror({ remote: lying })).rejects.toMatchObject({ code: 'PROOF_FAILS' });
    expect(readdirSync(root)).toEqual(['refused-checkpoint']);
  });
});

describe('a destroyed log', () => {
  it('is rebuilt from a copy byte for byte, goes on, and its copies go on with it', async () => {
    const [lost, fresh] = [await freshDatabase(), await freshDatabase()];
    const [first, second] = [await createDataSource(lost.url), await createDataSource(fresh.url)];
    try {
      await migrate(first);
      await migrate(second);
      const events = createAuditLog(first, 'zhejiang');
      await Promise.all(Array.from({ length: 700 }, (_, n) => events.append(auditEvent(`${n}`))));
      const store = new PostgresLogStore(first, 'zhejiang');
      const deps = await signingDeps(store, parties.logKey);
      while ((await integrate(deps)).then !== 'done');
      const size = (await store.newest())?.size ?? 0;
      await mirror({ remote: filesOf(store) });

      const read: ReadFile = async (path) => readFileSync(join(root, path));
      const copy = await verifyCopy(hasher, parties.log('zhejiang'), read);
      await restoreLog(second, 'zhejiang', copy);
      const rebuilt = new PostgresLogStore(second, 'zhejiang');
      for (const path of ['checkpoint', ...tilesOfTree(size).map(tilePath)]) {
        expect(Buffer.from(await filesOf(rebuilt)(path))).toEqual(Buffer.from(await filesOf(store)(path)));
      }
      expect(await readAuditLog(second, 'zhejiang', 0, 1_000)).toEqual(
        await readAuditLog(first, 'zhejiang', 0, 1_000),
      );
      await expect(restoreLog(second, 'zhejiang', copy)).rejects.toMatchObject({ code: 'UNSUITABLE' });

      // What was signed last is remembered beside the keys: the rebuilt log goes on from there.
      await createAuditLog(second, 'zhejiang').append(auditEvent('after'));
      while ((await integrate({ ...deps, store: rebuilt })).then !== 'done');
      expect(await mirror({ remote: filesOf(rebuilt) })).toMatchObject({ size: 701, added: 1 });
    } finally {
      await first.destroy();
      await second.destroy();
      await lost.drop();
      await fresh.drop();
    }
  });

  it('is not rebuilt from a copy in which anything was changed', async () => {
    await log.grow(entriesOf(30));
    await mirror();
    const file = join(root, 'tile/entries/000.p/30');
    const bytes = readFileSync(file);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const read: ReadFile = async (path) => readFileSync(join(root, path));
    await expect(verifyCopy(hasher, parties.log('zhejiang'), read)).rejects.toMatchObject({
      code: 'PROOF_FAILS',
    });
    await expect(verifyCopy(hasher, parties.log('jiangsu'), read)).rejects.toMatchObject({
      code: 'MALFORMED',
    });
  });
});
