import { createHash } from 'node:crypto';
import { ExactIndex } from '#libs/similarity';
import type { SearchableRegistration } from '../registration/ports.js';
import { CurrentIndex } from './current-index.js';
import { restoreIndex } from './restore-index.js';

const MODEL = `sha256:${'a'.repeat(64)}`;
const VECTOR = Float32Array.of(1, 0);
const embeddingOf = () => ({ modelDigest: MODEL, embedding: VECTOR });

/** A registry of `count` registrations, the last of them changed last; `busy` ones move before and after every count. */
class CountedRegistry {
  rows: SearchableRegistration[];
  busy = false;

  constructor(count: number) {
    this.rows = Array.from({ length: count }, (_, at) => rowOf(at + 1, at + 1));
  }

  async head() {
    return { position: this.rows.at(-1)?.position ?? 0, searchable: this.rows.length };
  }

  async changesSince(position: number, _model: string, limit: number) {
    return this.rows.filter((row) => row.position > position).slice(0, limit);
  }

  async holdings() {
    this.move();
    const sum = this.rows.reduce(
      (before, { registrationId, patternId, state }) =>
        before +
        createHash('sha256').update(`${registrationId} ${patternId} ${state}`).digest().readBigUInt64BE(),
      0n,
    );
    const digest = BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
    const holdings = { ...(await this.head()), count: this.rows.length, digest };
    this.move();
    return holdings;
  }

  private move(): void {
    if (this.busy) this.rows.push(rowOf(this.rows.length + 1, this.rows.length + 1));
  }
}

/** Restores from a file that holds the first `held` registrations as of change `position`. */
async function restored(
  registry: CountedRegistry,
  held: readonly SearchableRegistration[],
  position: number,
) {
  const index = new ExactIndex(MODEL, 2);
  const current = new CurrentIndex(registry, index, embeddingOf, () => undefined);
  const entries = held.map((row) => ({ ...row, vector: VECTOR }));
  const problem = await restoreIndex({
    registry,
    index,
    current,
    read: () => index.apply(entries, position),
  });
  return { problem, size: index.size, position: index.position };
}

describe('an index restored from its file', () => {
  it('serves when it catches up to what the registry holds', async () => {
    const registry = new CountedRegistry(30);
    expect(await restored(registry, registry.rows.slice(0, 20), 20)).toEqual({
      problem: null,
      size: 30,
      position: 30,
    });
    expect(await restored(registry, registry.rows, 30)).toMatchObject({ problem: null, size: 30 });
  });

  it('is filled from the registry when the file cannot be read', async () => {
    const registry = new CountedRegistry(30);
    const index = new ExactIndex(MODEL, 2);
    const current = new CurrentIndex(registry, index, embeddingOf, () => undefined);
    const read = () => Promise.reject(new Error('it is cut off'));
    expect(await restoreIndex({ registry, index, current, read })).toBe('it is cut off');
    expect([index.size, index.position]).toEqual([30, 30]);
  });

  it.each<[string, (rows: readonly SearchableRegistration[]) => [SearchableRegistration[], number], RegExp]>([
    ['lacks one', (rows) => [rows.slice(1), 30], /holds 29 registrations .* the registry 30/],
    ['has one too many', (rows) => [[...rows, rowOf(99, 30)], 30], /holds 31/],
    ['has another in the place of one', (rows) => [[...rows.slice(1), rowOf(99, 1)], 30], /holds 30/],
    [
      'has an old state',
      (rows) => [[{ ...rowOf(1, 1), state: 'applied' }, ...rows.slice(1)], 30],
      /holds 30/,
    ],
    ['is ahead of the registry', (rows) => [[...rows], 31], /was set back/],
  ])('is filled from the registry when the file %s', async (_, fileOf, problem) => {
    const registry = new CountedRegistry(30);
    const [held, position] = fileOf(registry.rows);
    const result = await restored(registry, held, position);
    expect(result).toMatchObject({ size: 30, position: 30 });
    expect(result.problem).toMatch(problem);
  });

  it('is filled from the registry when that never rests', async () => {
    const registry = new CountedRegistry(30);
    registry.busy = true;
    const { problem, size, position } = await restored(registry, [...registry.rows], 30);
    expect(problem).toMatch(/moved through 20 looks/);
    expect(size).toBe(position);
  });
});

function rowOf(number: number, position: number): SearchableRegistration {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return { registrationId: id, patternId: id, state: 'registered', fingerprint: new Uint8Array(1), position };
}
