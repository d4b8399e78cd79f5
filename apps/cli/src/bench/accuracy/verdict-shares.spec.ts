import { describe, expect, it } from '@jest/globals';
import { type Verdict } from '#libs/registry';
import { measure } from './measure.js';
import { type TruthRow } from './truth.js';
import { verdictShares } from './verdict-shares.js';

const row = (query: string, reference: string | null, family: string): TruthRow => ({
  query,
  reference,
  family,
  severity: 'mild',
});
const answer = (query: string, reference: string, score: number, verdict: Verdict) => ({
  query,
  rank: 1,
  reference,
  score,
  verdict,
});

const TRUTH = [
  row('a', 'A', 'crop'),
  row('b', 'B', 'crop'),
  row('n', null, 'crop'),
  row('plain', null, ''),
  row('h1', null, 'hard-negative:redrawn'),
  row('h2', null, 'hard-negative:redrawn'),
  row('h3', null, 'hard-negative:same-palette'),
];
const ANSWERS = [
  answer('a', 'A', 0.9, 'DUPLICATE'),
  answer('b', 'A', 0.8, 'SUSPECTED'),
  answer('n', 'A', 0.7, 'SUSPECTED'),
  answer('plain', 'A', 0.1, 'CLEAR'),
  answer('h1', 'A', 0.95, 'DUPLICATE'),
  answer('h2', 'A', 0.2, 'CLEAR'),
];

describe('queries that look like a reference', () => {
  it('are judged apart from others without a match, by family, with an upper bound', () => {
    const report = verdictShares(ANSWERS, TRUTH);
    expect(report.right.duplicate).toMatchObject({ hits: 1, of: 2 });
    expect(report.right.suspectedOrDuplicate).toMatchObject({ hits: 1, of: 2 });
    expect(report.wrong.duplicate).toMatchObject({ hits: 0, of: 2 });
    expect(report.wrong.suspectedOrDuplicate).toMatchObject({ hits: 1, of: 2 });
    expect(report.hardNegatives.duplicate).toMatchObject({ hits: 1, of: 3 });
    expect(report.hardNegativeFamilies).toMatchObject([
      { family: 'hard-negative:redrawn', duplicate: { hits: 1, of: 2 } },
      { family: 'hard-negative:same-palette', duplicate: { hits: 0, of: 1 } },
    ]);
    expect(report.hardNegativeFamilies[1]?.duplicate.high).toBeGreaterThan(0.7);
  });

  it('leave the measures as they are, and lower one of their own', () => {
    const measures = measure(ANSWERS, TRUTH, []);
    const without = measure(
      ANSWERS,
      TRUTH.filter(({ family }) => !family.startsWith('hard-negative:')),
      [],
    );
    expect(without.microApWithHardNegatives).toBeNull();
    expect({ ...measures, microApWithHardNegatives: null }).toEqual(without);
    expect(measures.microAp).toBeCloseTo(0.5, 12);
    expect(measures.microApWithHardNegatives).toBeCloseTo(0.25, 12);
  });
});
