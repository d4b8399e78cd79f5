import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CurrentIndex } from '#libs/registry';
import { ExactIndex } from '#libs/similarity';
import pino from 'pino';
import { createFakeRegistry } from '../../../../test/fakes/registry.js';
import { insertSome, MODEL } from '../../../../test/contracts/registry-samples.js';
import { SnapshotKeeper } from './snapshot-keeper.js';

const DIMENSION = 4;
const embeddingOf = () => ({ modelDigest: MODEL, embedding: Float32Array.of(0, 1, 0, 0) });
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-snapshots-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** A node's index from its start on; `waits` is how often the keeper found nothing more to do. */
function start(registry: ReturnType<typeof createFakeRegistry>) {
  const index = new ExactIndex(MODEL, DIMENSION);
  const current = new CurrentIndex(registry, index, embeddingOf, () => undefined);
  const told: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void told.push(line) });
  const wait = async (_ms: number, signal: AbortSignal) => {
    await pause(60_000, undefined, { signal }).catch(() => undefined);
  };
  return { index, told, keeper: new SnapshotKeeper({ registry, index, current, folder, logger, wait }) };
}

async function written(): Promise<string> {
  for (;;) {
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.index'));
    if (file !== undefined) return join(folder, file);
    await pause(10);
  }
}

it('fills the index from the registry once, and from the file at the next start, with what came in between', async () => {
  const registry = createFakeRegistry();
  await insertSome(registry, 5);
  const first = start(registry);
  await first.keeper.restore();
  expect(first.told[0]).toContain('is not there');
  first.keeper.start();
  await written();
  await first.keeper.stop();
  await insertSome(registry, 2);

  const second = start(registry);
  await second.keeper.restore();
  expect(second.told[0]).toContain('filled from its file');
  expect([second.index.size, second.index.position]).toEqual([7, 7]);
});

it('notices a torn file, fills the index from the registry, and writes the file anew', async () => {
  const registry = createFakeRegistry();
  await insertSome(registry, 5);
  const first = start(registry);
  await first.keeper.restore();
  first.keeper.start();
  const file = await written();
  await first.keeper.stop();
  await truncate(file, 100);

  const second = start(registry);
  await second.keeper.restore();
  expect(second.told[0]).toContain('cut off');
  expect(second.index.size).toBe(5);
  second.keeper.start();
  await second.keeper.stop();
  const third = start(registry);
  await third.keeper.restore();
  expect(third.index.size).toBe(5);
});
