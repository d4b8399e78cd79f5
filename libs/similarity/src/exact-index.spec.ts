import fc from 'fast-check';
import type { IndexEntry, IndexQuery } from '#libs/registry';
import { ExactIndex } from './exact-index.js';
import { PlainIndex } from './plain-index.js';

const MODEL = `sha256:${'a'.repeat(64)}`;

describe('ExactIndex beside the plain comparison of everything', () => {
  it.each([3, 16, 100, 256])(
    'gives the same hits and the same bits of every score, dimension %d',
    async (d) => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...Object.values(kinds())),
          fc.integer({ min: 0, max: 2 ** 31 - 1 }),
          fc.integer({ min: 1, max: 1_500 }),
          fc.integer({ min: 1, max: 100 }),
          async (kind, seed, count, limit) => {
            const random = mulberry32(seed);
            const rows = kind(random, count, d);
            const pick = () => Math.floor(random() * count);
            const queries = [
              unit(random, d),
              rows[pick()] ?? unit(random, d),
              near(random, rows[pick()], 1e-4),
            ];
            await agree(
              rows,
              queries.map((vector) => ({ vector, limit, excluding: idOf(pick()) })),
            );
          },
        ),
        { numRuns: 10 },
      );
    },
  );

  it.each(Object.keys(kinds()))('is proved complete, and the proof takes what it needs: %s', async (name) => {
    const random = mulberry32(7);
    const rows = kinds()[name]?.(random, 3_000, 64) ?? [];
    const queries = Array.from({ length: 10 }, (_, at) => ({
      vector: near(random, rows[at * 7], 1e-2),
      limit: 50,
    }));
    const { proof } = await agree(rows, queries);
    expect(proof.searches).toBe(queries.length);
    expect(proof.scored).toBeGreaterThanOrEqual(50 * queries.length);
    if (name === 'equal' || name === 'oneUlp') expect(proof).toMatchObject({ byFew: 0, scored: 30_000 });
  });

  it('counts scores of 1 as equal when the vectors are a little longer than 1', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => Float32Array.of(1 + ((at * 7) % 40) * 1e-5, 0, 0));
    await agree(rows, [{ vector: Float32Array.of(1, 0, 0), limit: 3 }]);
    await agree(rows, [{ vector: Float32Array.of(-1, 0, 0), limit: 3 }]);
  });

  it('follows additions and replacements, over many chunks, with any identifiers', async () => {
    const random = mulberry32(11);
    const exact = new ExactIndex(MODEL, 16);
    const plain = new PlainIndex(MODEL, 16);
    for (let round = 1; round <= 30; round += 1) {
      const entries = Array.from({ length: 150 }, (): IndexEntry => {
        const number = Math.floor(random() * 3_000);
        const id = number % 3 === 0 ? `浙作登字-${number}` : idOf(number);
        const state = random() < 0.5 ? 'registered' : 'revoked';
        return { registrationId: id, patternId: idOf(round), state, vector: unit(random, 16) };
      });
      for (const index of [exact, plain]) await index.apply(entries, round);
      const queries = [{ vector: unit(random, 16), limit: 20, excluding: entries[0]?.registrationId }];
      expect(await exact.search(queries)).toEqual(await plain.search(queries));
      expect([exact.size, exact.position]).toEqual([plain.size, round]);
    }
  });

  it.each(Object.keys(kinds()))('answers a batch as it answers its queries one by one: %s', async (name) => {
    const random = mulberry32(5);
    const rows = kinds()[name]?.(random, 2_500, 48) ?? [];
    const queries = Array.from({ length: 60 }, (_, at) => ({
      vector: at % 2 === 0 ? near(random, rows[at * 3], 1e-2) : unit(random, 48),
      limit: 1 + (at % 100),
      excluding: at % 5 === 0 ? idOf(at * 3) : undefined,
    }));
    const { proof } = await agree(rows, queries);
    if (name === 'isotropic') expect(proof.byProduct).toBe(queries.length);
    // Where nearly all are equal, the product proves nothing, and the scan has to.
    if (name === 'equal' || name === 'oneUlp') expect(proof.byProduct).toBe(0);
  });

  it('finds the same with helping threads, for as many rows as are worth their while', async () => {
    const random = mulberry32(3);
    const rows = kinds().clustered?.(random, 9_000, 512) ?? [];
    const queries = rows.slice(0, 12).map((row) => ({ vector: near(random, row, 0.1), limit: 50 }));
    const entries = entriesOf(rows);
    const one = new ExactIndex(MODEL, 512, { threads: 1 });
    const three = new ExactIndex(MODEL, 512, { threads: 3 });
    for (const index of [one, three]) await index.apply(entries, 1);
    for (const query of queries) expect(await three.search([query])).toEqual(await one.search([query]));
    await three.close();
  });

  it('filters exactly, however few the filter leaves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 50 }), async (seed, every) => {
        const random = mulberry32(seed);
        const rows = Array.from({ length: 2_500 }, () => unit(random, 16));
        const entries = entriesOf(rows).map((entry, at) => ({
          ...entry,
          state: at % every === 0 ? ('revoked' as const) : entry.state,
        }));
        const exact = new ExactIndex(MODEL, 16);
        const plain = new PlainIndex(MODEL, 16);
        await exact.apply(entries, 1);
        await plain.apply(
          entries.filter(({ state }) => state === 'revoked'),
          1,
        );
        const query = { vector: unit(random, 16), limit: 40 };
        const [mine] = await exact.search([{ ...query, accepts: ({ state }) => state === 'revoked' }]);
        const [wanted] = await plain.search([query]);
        expect(mine).toEqual({ hits: wanted?.hits, searched: 2_500 });
      }),
      { numRuns: 10 },
    );
  });

  it('shows every change to the next search while searches and batches are under way', async () => {
    const random = mulberry32(13);
    const exact = new ExactIndex(MODEL, 32);
    const entries = entriesOf(Array.from({ length: 4_000 }, () => unit(random, 32)));
    await exact.apply(entries, 1);
    const running: Promise<unknown>[] = [];
    for (let change = 2; change < 60; change += 1) {
      const batch = Array.from({ length: change % 3 === 0 ? 40 : 1 }, () => ({
        vector: unit(random, 32),
        limit: 50,
      }));
      running.push(exact.search(batch));
      const changed = entries[(change * 61) % entries.length];
      if (!changed) throw new Error('there is no such entry');
      const revoked = { ...changed, state: 'revoked' as const, vector: unit(random, 32) };
      running.push(exact.apply([revoked], change));
      const [next] = await exact.search([{ vector: revoked.vector, limit: 1 }]);
      expect(next?.hits).toMatchObject([{ registrationId: revoked.registrationId, state: 'revoked' }]);
      expect(next?.searched).toBe(entries.length);
    }
    await Promise.all(running);
    expect(exact.position).toBe(59);
  });

  it('takes no more entries than it has room for, and says what to do; what is there is searched on', async () => {
    const random = mulberry32(1);
    const exact = new ExactIndex(MODEL, 16, { capacity: 10 });
    const entries = entriesOf(Array.from({ length: 11 }, () => unit(random, 16)));
    await exact.apply(entries.slice(0, 10), 10);
    await expect(exact.apply(entries, 11)).rejects.toMatchObject({
      code: 'INDEX_UNAVAILABLE',
      problem: 'would be 11, and the index has room for 10',
    });
    await exact.apply(entries.slice(0, 10), 10);
    expect([exact.size, exact.position]).toEqual([10, 10]);
  });
});

type Kind = (random: () => number, count: number, dimension: number) => Float32Array[];

function kinds(): Record<string, Kind> {
  return {
    isotropic: (random, count, d) => Array.from({ length: count }, () => unit(random, d)),
    clustered: (random, count, d) => {
      const centres = Array.from({ length: 10 }, () => unit(random, d));
      return Array.from({ length: count }, (_, at) => near(random, centres[at % 10], 0.2));
    },
    oneUlp: (random, count, d) => {
      const bits = new Uint32Array(unit(random, d).buffer);
      return Array.from({ length: count }, () => {
        const row = bits.slice();
        const at = Math.floor(random() * d);
        row[at] = (row[at] ?? 0) + (random() < 0.5 ? 1 : -1);
        return new Float32Array(row.buffer);
      });
    },
    equal: (random, count, d) => new Array<Float32Array>(count).fill(unit(random, d)),
    oneHuge: (random, count, d) =>
      Array.from({ length: count }, () => {
        const row = unit(random, d).map((value) => value * 1e-3);
        row[0] = random() < 0.5 ? 1 : -1;
        return row;
      }),
  };
}

function entriesOf(rows: readonly Float32Array[]): IndexEntry[] {
  return rows.map((vector, at) => ({
    registrationId: idOf(at),
    patternId: idOf(at + 1),
    state: 'registered',
    vector,
  }));
}

/** Both indexes over the same rows, their identifiers in another order than the slots. */
async function agree(rows: readonly Float32Array[], queries: readonly IndexQuery[]): Promise<ExactIndex> {
  const entries = entriesOf(rows);
  const dimension = rows[0]?.length ?? 0;
  const exact = new ExactIndex(MODEL, dimension);
  const plain = new PlainIndex(MODEL, dimension);
  for (const index of [exact, plain]) await index.apply(entries, 1);
  expect(await exact.search(queries)).toEqual(await plain.search(queries));
  return exact;
}

function idOf(number: number): string {
  const mixed = (Math.imul(number, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  return `${mixed}-0000-4000-8000-000000000000`;
}

function unit(random: () => number, dimension: number): Float32Array {
  return normalised(Float32Array.from({ length: dimension }, () => normal(random)));
}

function near(random: () => number, centre: Float32Array | undefined, noise: number): Float32Array {
  return normalised((centre ?? Float32Array.of(1)).map((value) => value + (noise * normal(random)) / 8));
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Repeatable numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
