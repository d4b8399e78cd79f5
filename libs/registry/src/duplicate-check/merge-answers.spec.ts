import fc from 'fast-check';
import type { DirectoryView } from './ports.js';
import { calibrationOf, matchOf, mergeAnswers, silentRow, type JudgedReply } from './merge-answers.js';
import { OUTCOMES, type Candidate, type Hit, type Outcome } from './statements.js';

const MEMBERS = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];
const ASKED_AT = '2026-01-05T08:00:00.000Z';
const directory: DirectoryView = {
  epoch: 1,
  members: MEMBERS,
  calibration: {
    id: 'cal-test',
    modelDigest: `sha256:${'0'.repeat(64)}`,
    duplicateAt: 0.9,
    suspectedAt: 0.8,
    gallery: 1_000,
    background: [],
  },
};

function judged(province: string, outcome: Outcome, hits: readonly Hit[] = []): JudgedReply {
  return { row: silentRow(province, outcome, '', ASKED_AT, null), hits };
}

/** A verification of this score. */
function verifiedBy(score: number): NonNullable<Hit['verified']> {
  return { score, transform: null, matchedShare: { query: 0, candidate: 0 } };
}

// Few distinct scores, so that ties are common.
const scores = fc.oneof(
  fc.integer({ min: -4, max: 4 }).map((n) => n / 4),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const verifications = fc.integer({ min: 0, max: 4 }).map((n) => verifiedBy(n / 4));
const hit: fc.Arbitrary<Hit> = fc.record(
  {
    registrationId: fc.uuid(),
    patternId: fc.uuid(),
    state: fc.constantFrom('applied' as const, 'registered' as const, 'revoked' as const),
    score: scores,
    verified: verifications,
  },
  { requiredKeys: ['registrationId', 'patternId', 'state', 'score'] },
);
const registry = fc.uniqueArray(hit, { maxLength: 12, selector: (one) => one.registrationId });
const federation = fc.tuple(registry, registry, registry, registry);

/** What was verified comes before what was not, whatever the scores. */
function byEvidence(a: Hit, b: Hit): number {
  const [one, other] = [a, b].map(({ verified }) => verified?.score ?? -1);
  return Number(other) - Number(one) || b.score - a.score;
}

/** What one province alone would answer: its best by evidence, then id. */
function topOf(hits: readonly Hit[], limit: number): Hit[] {
  return [...hits]
    .sort((a, b) => byEvidence(a, b) || (a.registrationId < b.registrationId ? -1 : 1))
    .slice(0, limit);
}

/** The whole union in one place, ranked without any federation. */
function bruteForce(registries: readonly (readonly Hit[])[], limit: number): Candidate[] {
  const all = registries.flatMap((hits, place) =>
    hits.map((one) => ({ ...one, province: MEMBERS[place] ?? '' })),
  );
  const key = (one: Candidate) => `${one.province} ${one.registrationId}`;
  return all.sort((a, b) => byEvidence(a, b) || (key(a) < key(b) ? -1 : 1)).slice(0, limit);
}

describe('merging', () => {
  it('equals the best of the union in 10,000 random cases, whatever the order of arrival', () => {
    fc.assert(
      fc.property(
        federation,
        fc.integer({ min: 1, max: 15 }),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        (registries, limit, order) => {
          const replies = order.map((place) =>
            judged(MEMBERS[place] ?? '', 'ANSWERED', topOf(registries[place] ?? [], limit)),
          );
          const merged = mergeAnswers(directory, replies, limit, ASKED_AT);
          expect(merged.candidates).toEqual(bruteForce(registries, limit));
          expect(merged.coverage.map((row) => row.province)).toEqual(MEMBERS);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('judges by the verified score alone: what nobody verified ranks last and is no match', () => {
    const alike: Hit = { registrationId: '1', patternId: '1', state: 'registered', score: 0.99 };
    const copy: Hit = { ...alike, registrationId: '2', score: 0.5, verified: verifiedBy(0.95) };
    const other: Hit = { ...alike, registrationId: '3', verified: verifiedBy(0.1) };
    const merge = (...hits: Hit[]) =>
      mergeAnswers(directory, [judged('zhejiang', 'ANSWERED', hits)], 10, ASKED_AT);
    const merged = merge(alike, other, copy);
    expect(merged.candidates.map(({ registrationId }) => registrationId)).toEqual(['2', '3', '1']);
    expect(merged.verdict).toBe('DUPLICATE');
    expect(merge(alike, other).verdict).toBe('INCOMPLETE');
    expect([alike, other, copy].map((one) => matchOf(one, directory.calibration))).toEqual([
      null,
      null,
      'DUPLICATE',
    ]);
  });

  it('counts a province once, a registration once, and nobody who is not in the directory', () => {
    const one: Hit = { registrationId: 'a', patternId: 'a', state: 'registered', score: 0.5 };
    const merged = mergeAnswers(
      directory,
      [
        judged('zhejiang', 'ANSWERED', [one, { ...one, score: 0.4 }]),
        judged('zhejiang', 'ANSWERED', [{ ...one, score: 0.99 }]),
        judged('atlantis', 'ANSWERED', [{ ...one, score: 0.99 }]),
      ],
      10,
      ASKED_AT,
    );
    expect(merged.candidates).toEqual([{ ...one, province: 'zhejiang' }]);
    expect(merged.coverage.map((row) => row.outcome)).toEqual([
      'ANSWERED',
      'UNREACHABLE',
      'UNREACHABLE',
      'UNREACHABLE',
    ]);
    expect(merged.complete).toBe(false);
  });
});

describe('the verdict over all 9^4 combinations of outcomes', () => {
  const combinations = OUTCOMES.flatMap((a) =>
    OUTCOMES.flatMap((b) => OUTCOMES.flatMap((c) => OUTCOMES.map((d): Outcome[] => [a, b, c, d]))),
  );
  const merge = (outcomes: readonly Outcome[], score?: number) =>
    mergeAnswers(
      directory,
      outcomes.map((outcome, place) =>
        judged(
          MEMBERS[place] ?? '',
          outcome,
          score !== undefined && place === 2
            ? [
                {
                  registrationId: 'x',
                  patternId: 'x',
                  state: 'registered',
                  score: 0,
                  verified: verifiedBy(score),
                },
              ]
            : [],
        ),
      ),
      10,
      ASKED_AT,
    );

  it('is CLEAR for exactly one of them: all four answered in full', () => {
    expect(combinations).toHaveLength(6561);
    const clear = combinations.filter((outcomes) => merge(outcomes).verdict === 'CLEAR');
    expect(clear).toEqual([['ANSWERED', 'ANSWERED', 'ANSWERED', 'ANSWERED']]);
    expect(new Set(combinations.map((outcomes) => merge(outcomes).verdict))).toEqual(
      new Set(['CLEAR', 'INCOMPLETE']),
    );
  });

  it('keeps a match whatever the coverage, and says both', () => {
    for (const outcomes of combinations) {
      const complete = outcomes.every((outcome) => outcome === 'ANSWERED');
      expect(merge(outcomes, 0.95)).toMatchObject({ verdict: 'DUPLICATE', complete });
      expect(merge(outcomes, 0.85)).toMatchObject({ verdict: 'SUSPECTED', complete });
    }
  });

  it('is never CLEAR when a member is missing from the replies, or when there is no member at all', () => {
    fc.assert(
      fc.property(fc.subarray(MEMBERS, { maxLength: 3 }), (present) => {
        const replies = present.map((province) => judged(province, 'ANSWERED'));
        expect(mergeAnswers(directory, replies, 10, ASKED_AT).verdict).toBe('INCOMPLETE');
      }),
    );
    expect(mergeAnswers({ ...directory, members: [] }, [], 10, ASKED_AT).verdict).toBe('INCOMPLETE');
  });

  it('never becomes CLEAR by adding replies that are not full answers', () => {
    const incomplete = fc.constantFrom(...OUTCOMES.filter((outcome) => outcome !== 'ANSWERED'));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...MEMBERS), incomplete), { maxLength: 20 }), (rows) => {
        const three = MEMBERS.slice(0, 3).map((province) => judged(province, 'ANSWERED'));
        const more = rows.map(([province, outcome]) => judged(province, outcome));
        expect(mergeAnswers(directory, [...three, ...more], 10, ASKED_AT).verdict).toBe('INCOMPLETE');
      }),
    );
  });
});

describe('the thresholds of a version', () => {
  const { calibration } = directory;
  const next = { ...calibration, modelDigest: `sha256:${'1'.repeat(64)}`, duplicateAt: 0.6 };
  const one: Hit = { registrationId: 'a', patternId: 'a', state: 'registered', score: 0.95 };
  const all = MEMBERS.map((province) => judged(province, 'ANSWERED', [one]));

  it('are its own, of the two that a directory may hold, or there are none', () => {
    const both = { calibration, nextCalibration: next };
    expect(calibrationOf(both, calibration.modelDigest)).toBe(calibration);
    expect(calibrationOf(both, next.modelDigest)).toBe(next);
    expect(calibrationOf({ calibration }, next.modelDigest)).toBeNull();
  });

  it('are held against the similarity of embeddings where they are on it, and against nothing else there', () => {
    const byEmbedding = { ...calibration, scale: 'embedding' as const };
    expect(matchOf(one, byEmbedding)).toBe('DUPLICATE');
    expect(matchOf({ ...one, score: 0.85, verified: verifiedBy(1) }, byEmbedding)).toBe('SUSPECTED');
    expect(matchOf(one, calibration)).toBeNull();
    expect(mergeAnswers(directory, all, 10, ASKED_AT, byEmbedding).verdict).toBe('DUPLICATE');
  });

  it('if there are none, nothing is a match and nothing is CLEAR', () => {
    expect(matchOf({ ...one, verified: verifiedBy(1) }, null)).toBeNull();
    const clear = MEMBERS.map((province) => judged(province, 'ANSWERED'));
    for (const replies of [all, clear])
      expect(mergeAnswers(directory, replies, 10, ASKED_AT, null)).toMatchObject({
        verdict: 'INCOMPLETE',
        complete: true,
      });
  });
});
