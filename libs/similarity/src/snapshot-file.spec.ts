import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { IndexEntry } from '#libs/registry';
import { ExactIndex } from './exact-index.js';
import { readSnapshot, writeSnapshot } from './snapshot-file.js';

const MODEL = `sha256:${'a'.repeat(64)}`;
const DIMENSION = 4;
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-snapshot-'));
  file = join(folder, 'index', 'a.index');
});

afterEach(() => rm(folder, { recursive: true }));

describe('the file of an index', () => {
  it('gives back what was in it, whatever the identifiers, in a file for its owner only', async () => {
    const index = await filled(2_500);
    await writeSnapshot(index, file);
    const again = new ExactIndex(MODEL, DIMENSION);
    await readSnapshot(again, file);
    expect([again.size, again.position]).toEqual([2_500, 7]);
    expect(await again.holdings()).toEqual(await index.holdings());
    const query = [{ vector: entry(3).vector, limit: 100 }];
    expect(await again.search(query)).toEqual(await index.search(query));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'index'))).toEqual(['a.index']);
  });

  it('may be written while entries change: these are in it as they were or as they are, and it is of the change before them', async () => {
    const index = await filled(5_000);
    const writing = writeSnapshot(index, file);
    for (let change = 8; change < 40; change += 1) {
      await index.apply([{ ...entry(change * 100), state: 'revoked' }, entry(10_000 + change)], change);
      await setImmediate();
    }
    await writing;
    const again = new ExactIndex(MODEL, DIMENSION);
    await readSnapshot(again, file);
    expect([again.size, again.position]).toEqual([5_000, 7]);
    for (let change = 8; change < 40; change += 1)
      await again.apply([{ ...entry(change * 100), state: 'revoked' }, entry(10_000 + change)], change);
    expect(await again.holdings()).toEqual(await index.holdings());
  });

  it('stays as it was when the writing is broken off', async () => {
    await writeSnapshot(await filled(10), file);
    const before = await readFile(file);
    await expect(writeSnapshot(await filled(5_000), file, AbortSignal.abort())).rejects.toThrow();
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(join(folder, 'index'))).toEqual(['a.index']);
  });

  it.each<[string, (bytes: Buffer) => Promise<void> | void, RegExp]>([
    ['that is not there', () => rm(file), /not there/],
    ['that is cut off', (bytes) => truncate(file, bytes.length - 1), /cut off|longer/],
    ['that is cut off in the middle', (bytes) => truncate(file, bytes.length >> 1), /cut off/],
    ['that is empty', () => truncate(file, 0), /cut off/],
    ['with a changed state', (bytes) => changed(bytes, bytes.length - 5_000), /digest is another|damaged/],
    ['with a changed header', (bytes) => changed(bytes, 30), /damaged|of model|no index/],
    ['of another program', () => writeFile(file, Buffer.alloc(500)), /no index of this version/],
    ['with more behind it', (bytes) => writeFile(file, Buffer.concat([bytes, bytes])), /longer/],
  ])('refuses one %s', async (_, damage, problem) => {
    await writeSnapshot(await filled(1_500), file);
    await damage(await readFile(file));
    const again = new ExactIndex(MODEL, DIMENSION);
    await expect(readSnapshot(again, file)).rejects.toThrow(problem);
    expect(again.position).toBe(0);
  });

  it('refuses that of another model or dimension', async () => {
    await writeSnapshot(await filled(3), file);
    const other = new ExactIndex(`sha256:${'b'.repeat(64)}`, DIMENSION);
    await expect(readSnapshot(other, file)).rejects.toThrow(/is of model sha256:a/);
    await expect(readSnapshot(new ExactIndex(MODEL, 5), file)).rejects.toThrow(/is of model/);
  });
});

async function changed(bytes: Buffer, at: number): Promise<void> {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

async function filled(count: number): Promise<ExactIndex> {
  const index = new ExactIndex(MODEL, DIMENSION);
  await index.apply(
    Array.from({ length: count }, (_, at) => entry(at)),
    7,
  );
  return index;
}

function entry(number: number): IndexEntry {
  const angle = number / 500;
  const uuid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return {
    registrationId: number % 7 === 0 ? `浙作登字-${number}` : uuid,
    patternId: number % 5 === 0 ? `花样-${number}` : uuid,
    state: number % 2 === 0 ? 'registered' : 'applied',
    vector: Float32Array.of(Math.cos(angle), Math.sin(angle), 0, 0),
  };
}
