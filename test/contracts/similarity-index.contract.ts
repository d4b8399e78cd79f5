import fc from 'fast-check';
import type { IndexEntry, IndexHit, SimilarityIndex } from '#libs/registry';

export const DIMENSION = 8;
export const MODEL = `sha256:${'a'.repeat(64)}`;

/** What every index behind the `SimilarityIndex` port must do; run on each implementation. @param runs of the comparison with brute force */
export function similarityIndexContract(
  name: string,
  open: () => Promise<SimilarityIndex>,
  runs = 200,
): void {
  describe(`${name} as a SimilarityIndex`, () => {
    let index: SimilarityIndex;
    beforeEach(async () => {
      index = await open();
    });
    afterEach(() => index.close());

    it('finds what brute force finds, in the same order, for any entries and queries', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(entry, { maxLength: 40, selector: (one) => one.registrationId }),
          vector,
          fc.integer({ min: 1, max: 20 }),
          async (entries, query, limit) => {
            const fresh = await open();
            await fresh.apply(entries, entries.length);
            const [result] = await fresh.search([{ vector: query, limit }]);
            await fresh.close();
            expect(result?.searched).toBe(entries.length);
            const expected = bruteForce(entries, query, limit);
            expect(result?.hits.map((hit) => hit.registrationId)).toEqual(
              expected.map((hit) => hit.registrationId),
            );
            result?.hits.forEach((hit, rank) =>
              expect(hit.score).toBeCloseTo(expected[rank]?.score ?? NaN, 6),
            );
          },
        ),
        { numRuns: runs },
      );
    });

    it('shows an added entry to the next search, and a replaced one only as it is now', async () => {
      const first = made('1', 0);
      await index.apply([first], 1);
      await index.apply([made('2', 1)], 2);
      await index.apply([{ ...first, state: 'revoked', vector: axis(2) }], 3);
      const [result] = await index.search([{ vector: axis(2), limit: 10 }]);
      expect(result?.hits.map((hit) => [hit.registrationId, hit.state, hit.score])).toEqual([
        [first.registrationId, 'revoked', 1],
        [made('2', 1).registrationId, 'registered', 0],
      ]);
      expect([index.size, index.position]).toEqual([2, 3]);
    });

    it('orders equal scores by registration id', async () => {
      const entries = ['c', 'a', 'b'].map((id) => made(id, 0));
      await index.apply(entries, 1);
      const [result] = await index.search([{ vector: axis(0), limit: 2 }]);
      expect(result?.hits.map((hit) => hit.registrationId)).toEqual(
        [made('a', 0), made('b', 0)].map((e) => e.registrationId),
      );
    });

    it('leaves out the one that is excluded, and still counts it as searched', async () => {
      await index.apply([made('1', 0), made('2', 0)], 1);
      const [result] = await index.search([
        { vector: axis(0), limit: 10, excluding: made('1', 0).registrationId },
      ]);
      expect(result).toMatchObject({ searched: 2, hits: [{ registrationId: made('2', 0).registrationId }] });
    });

    it('answers several queries in their order, and an empty index with nothing', async () => {
      expect(await index.search([{ vector: axis(0), limit: 1 }])).toEqual([{ hits: [], searched: 0 }]);
      await index.apply([made('1', 0), made('2', 1)], 1);
      const results = await index.search([
        { vector: axis(1), limit: 1 },
        { vector: axis(0), limit: 1 },
      ]);
      expect(results.map((one) => one.hits[0]?.registrationId)).toEqual([
        made('2', 1).registrationId,
        made('1', 0).registrationId,
      ]);
    });

    it.each([
      ['of wrong length', () => new Float32Array(DIMENSION - 1).fill(0.5)],
      ['with NaN', () => axis(0).fill(Number.NaN, 3, 4)],
      ['with infinity', () => axis(0).fill(Number.POSITIVE_INFINITY, 3, 4)],
      ['not normalised', () => axis(0).fill(2, 0, 1)],
      ['of zeros', () => new Float32Array(DIMENSION)],
    ])('refuses a vector %s, as query and as entry, and stays as it was', async (_, bad) => {
      await index.apply([made('1', 0)], 1);
      await expect(index.search([{ vector: bad(), limit: 1 }])).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
      await expect(index.apply([made('2', 1), { ...made('3', 0), vector: bad() }], 2)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
      expect([index.size, index.position]).toEqual([1, 1]);
    });

    it.each([0, -1, 101, 1.5, Number.NaN])('refuses a limit of %d', async (limit) => {
      await expect(index.search([{ vector: axis(0), limit }])).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        field: 'limit',
      });
    });
  });
}

const vector = fc
  .array(fc.integer({ min: -3, max: 3 }), { minLength: DIMENSION, maxLength: DIMENSION })
  .filter((numbers) => numbers.some((n) => n !== 0))
  .map((numbers) => {
    const length = Math.hypot(...numbers);
    return Float32Array.from(numbers, (n) => n / length);
  });

const entry: fc.Arbitrary<IndexEntry> = fc.record({
  registrationId: fc.uuid(),
  patternId: fc.uuid(),
  state: fc.constant('registered' as const),
  vector,
});

/** A unit vector along one axis. */
function axis(at: number): Float32Array {
  return new Float32Array(DIMENSION).fill(1, at, at + 1);
}

function made(id: string, at: number): IndexEntry {
  const uuid = `00000000-0000-4000-8000-00000000000${id}`;
  return { registrationId: uuid, patternId: uuid, state: 'registered', vector: axis(at) };
}

function bruteForce(entries: readonly IndexEntry[], query: Float32Array, limit: number): IndexHit[] {
  return entries
    .map(({ vector: one, ...rest }) => ({
      ...rest,
      score: one.reduce((sum, v, at) => sum + v * (query[at] ?? 0), 0),
    }))
    .sort((a, b) => b.score - a.score || (a.registrationId < b.registrationId ? -1 : 1))
    .slice(0, limit);
}
