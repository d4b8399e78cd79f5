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

/** Both indexes over the same rows, their identifiers in another order than the slots. */
async function agree(rows: readonly Float32Array[], queries: readonly IndexQuery[]): Promise<ExactIndex> {
  const entries = rows.map((vector, at): IndexEntry => ({
    registrationId: idOf(at),
    patternId: idOf(at + 1),
    state: 'registered',
    vector,
  }));
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
