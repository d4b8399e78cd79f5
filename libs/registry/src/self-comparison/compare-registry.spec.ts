import fc from 'fast-check';
import {
  DIMENSION,
  embeddingOf,
  fingerprintOf,
  MODEL,
  storedFingerprints,
} from '../../../../test/fakes/federation.js';
import { createFakeVerifier } from '../../../../test/fakes/verifier.js';
import { PlainIndex } from '#libs/similarity';
import { CurrentIndex } from '../duplicate-check/current-index.js';
import type { SearchableRegistration } from '../registration/ports.js';
import { compareRegistry, pairKey, type DuplicatePair } from './compare-registry.js';
import { groupPairs } from './group-pairs.js';

const TERMS = { nearest: 10, retrieveAt: 0.5, reportAt: 0.9 };

describe('a registry compared with itself', () => {
  it('finds each pair of likes once, says how one lies on the other, and groups what belongs together', async () => {
    const rows = [
      row(1, [1, 0, 0, 0]),
      row(2, [0, 1, 0, 0]),
      row(3, [0.995, 0.1, 0, 0]),
      row(4, [0, 0, 1, 0]),
      row(5, [0.98, 0.2, 0, 0]),
      { ...row(6, [0, 0, 1, 0]), patternId: idOf(4) },
    ];
    const { pairs, incomplete } = await run(rows);
    expect(incomplete).toEqual([]);
    expect(pairs.map(({ first, second }) => [first, second].map(numberOf))).toEqual([
      [1, 3],
      [1, 5],
      [3, 5],
      [4, 6],
    ]);
    expect(pairs.at(-1)).toMatchObject({ score: 1, transform: null });
    expect(pairs[0]?.transform).toMatchObject({ mirrored: false });
    expect(groupPairs(pairs).map(({ registrations }) => registrations.map(numberOf))).toEqual([
      [4, 6],
      [1, 3, 5],
    ]);
  });

  it('names what it could not compare', async () => {
    const rows = [row(1, [1, 0, 0, 0]), row(2, [1, 0, 0, 0]), { ...row(3, [1, 0, 0, 0]), fingerprint: null }];
    expect((await run(rows, { reach: 0 })).incomplete.map(numberOf)).toEqual([1, 3]);
  });

  it('gives the same pairs wherever it was broken off and taken up again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 65, max: 260 }), fc.nat(3), async (count, stopAfter) => {
        const rows = Array.from({ length: count }, (_, at) => {
          const angle = (at % 90) / 60;
          return row(at + 1, [Math.cos(angle), Math.sin(angle), 0, 0]);
        });
        const whole = await run(rows);
        const before = await run(rows, { blocks: stopAfter });
        const after = await run(rows, { from: before.position, known: before.known });
        expect([...before.pairs, ...after.pairs]).toEqual(whole.pairs);
      }),
      { numRuns: 8 },
    );
  });
});

describe('groups', () => {
  it('do not depend on the order of the pairs', () => {
    const pairOf = fc
      .tuple(fc.nat(30), fc.nat(30), fc.integer({ min: 1, max: 100 }))
      .filter(([a, b]) => a !== b)
      .map(([a, b, score]): DuplicatePair => {
        const [first = '', second = ''] = [idOf(a), idOf(b)].sort();
        return { first, second, score: score / 100, transform: null, query: 'first' };
      });
    const pairsOf = fc.uniqueArray(pairOf, {
      selector: ({ first, second }) => pairKey(first, second),
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        pairsOf.chain((pairs) =>
          fc.tuple(fc.constant(pairs), fc.shuffledSubarray(pairs, { minLength: pairs.length })),
        ),
        ([pairs, shuffled]) => {
          const groups = groupPairs(pairs);
          expect(groupPairs(shuffled)).toEqual(groups);
          const members = groups.flatMap(({ registrations }) => registrations);
          expect(new Set(members).size).toBe(members.length);
        },
      ),
    );
  });
});

interface Run {
  readonly reach?: number;
  readonly blocks?: number;
  readonly from?: number;
  readonly known?: Set<string>;
}

async function run(
  rows: readonly SearchableRegistration[],
  { reach = Infinity, blocks = Infinity, from = 0, known = new Set() }: Run = {},
) {
  const registry = {
    head: async () => ({ position: rows.length, searchable: rows.length }),
    changesSince: async (position: number, _model: string, limit: number) =>
      rows.filter((one) => one.position > position).slice(0, limit),
  };
  const verifier = createFakeVerifier(embeddingOf);
  verifier.reach = reach;
  const deps = {
    registry,
    index: new CurrentIndex(registry, new PlainIndex(MODEL, DIMENSION), embeddingOf, () => undefined),
    embeddingOf,
    fingerprints: {
      fingerprintsOf: async (ids: readonly string[]) => storedFingerprints(rows, ids),
    },
    verifier,
    now: () => Date.now(),
  };
  const found = { position: from, pairs: [] as DuplicatePair[], incomplete: [] as string[] };
  const kept = new Set(known);
  if (blocks === 0) return { ...found, known: kept };
  let done = 0;
  for await (const block of compareRegistry(deps, TERMS, from, known)) {
    found.position = block.position;
    found.pairs.push(...block.pairs);
    found.incomplete.push(...block.incomplete);
    // What a file would keep.
    for (const { first, second } of block.pairs) kept.add(pairKey(first, second));
    for (const key of block.unlike) kept.add(key);
    if ((done += 1) >= blocks) break;
  }
  return { ...found, known: kept };
}

function row(number: number, numbers: readonly number[]): SearchableRegistration {
  const length = Math.hypot(...numbers);
  return {
    registrationId: idOf(number),
    patternId: idOf(number),
    state: 'registered',
    fingerprint: fingerprintOf(numbers.map((value) => value / length)),
    position: number,
  };
}

function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function numberOf(id: string): number {
  return Number(id.slice(-12));
}
