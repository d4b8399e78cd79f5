import fc from 'fast-check';
import { IntegerProduct } from './integer-product.js';
import { ProductSearch } from './product-search.js';
import { QuantisedRows } from './quantised-rows.js';
import { scoreOf } from './score.js';

const WIDTH = 32;
const LIMIT = 20;

describe('what a product proposes', () => {
  let rows: QuantisedRows;
  afterEach(() => rows.close());

  it.each([
    ['codes of 8 bits', [127]],
    ['codes that every processor multiplies exactly', [64]],
  ])('holds the nearest of every query, under bounds that no score passes: %s', async (_, codeMaxima) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6_000 }),
        fc.integer({ min: 1, max: 256 }),
        fc.integer(),
        async (count, asked, seed) => {
          rows = new QuantisedRows(WIDTH, 1, LIMIT);
          const vectors = vectorsOf(seed, count);
          for (const [slot, vector] of vectors.entries()) rows.put(slot, vector);
          const search = await ProductSearch.open(rows, 1, LIMIT, codeMaxima);
          if (!search) throw new Error('this processor gives no exact products');
          const queries = vectorsOf(seed + 1, asked).map((vector, at) => ({ vector, excluded: at % count }));
          const proposed = await search.candidates(queries, LIMIT, rows, count);
          for (const [at, { vector, excluded }] of queries.entries()) {
            const bounds = new Map(
              proposed[at]?.slots.map((slot, place) => [slot, proposed[at]?.bounds[place]]),
            );
            const best = vectors
              .map((row, slot) => ({ slot, score: scoreOf(vector, row, 0) }))
              .filter(({ slot }) => slot !== excluded)
              .sort((a, b) => b.score - a.score)
              .slice(0, LIMIT);
            expect(bounds.has(excluded)).toBe(false);
            for (const { slot, score } of best) expect(bounds.get(slot)).toBeGreaterThanOrEqual(score);
          }
          await search.close();
        },
      ),
      { numRuns: 5 },
    );
  });

  it('is left out on a processor whose products are not exact', async () => {
    rows = new QuantisedRows(WIDTH, 1, LIMIT);
    // No code of 8 bits has this magnitude: it is cut off, as a processor's sums of 16 bits are.
    expect(await IntegerProduct.open(WIDTH, 1, [200])).toBeUndefined();
    expect(await ProductSearch.open(rows, 1, LIMIT, [200])).toBeUndefined();
    const narrower = await IntegerProduct.open(WIDTH, 1, [200, 64]);
    expect(narrower?.codeMax).toBe(64);
    await narrower?.close();
  });
});

/** Unit vectors; the same for the same seed. */
function vectorsOf(seed: number, count: number): Float32Array[] {
  let state = seed | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
  return Array.from({ length: count }, () => {
    const vector = Float32Array.from({ length: WIDTH }, () => next() + next() + next());
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length);
  });
}
