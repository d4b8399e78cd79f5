import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  microAveragePrecision,
  precisionAtRecall,
  recallAt,
  recallAtFalsePositives,
  wilson,
  type Ranked,
} from './measures.js';

const answer = (query: string, rank: number, reference: string, score: number): Ranked => ({
  query,
  rank,
  reference,
  score,
});

/** Three queries with a match, one without; together by score: right, without a match, wrong, right. */
const EXPECTED = new Map([
  ['a', 'A'],
  ['b', 'B'],
  ['c', 'C'],
  ['n', null],
]);
const ANSWERS = [
  answer('a', 1, 'A', 0.9),
  answer('n', 1, 'A', 0.8),
  answer('b', 1, 'C', 0.7),
  answer('b', 2, 'B', 0.6),
];

describe('measures of answers', () => {
  it('rank the answers to all queries together for micro-average precision', () => {
    // 1/3 of the matches at precision 1, 1/3 at 2/4, the last never found.
    expect(microAveragePrecision(ANSWERS, EXPECTED)).toBeCloseTo(1 / 3 + (1 / 3) * (2 / 4), 12);
    expect(microAveragePrecision(ANSWERS, new Map([['n', null]]))).toBeNull();
  });

  it('count the matches among the first answers of their own query', () => {
    expect(recallAt(ANSWERS, EXPECTED, 1)).toMatchObject({ hits: 1, of: 3 });
    expect(recallAt(ANSWERS, EXPECTED, 2)).toMatchObject({ hits: 2, of: 3 });
  });

  it('tell the precision at the score where enough is found', () => {
    expect(precisionAtRecall(ANSWERS, EXPECTED, 0.6)).toBe(0.5);
    expect(precisionAtRecall(ANSWERS, EXPECTED, 0.9)).toBeNull();
  });

  it('set the threshold by the queries without a match', () => {
    const unmatched = Array.from({ length: 100 }, (_, i) => answer(`n${i}`, 1, 'A', i / 100));
    const among = { unmatched, unmatchedQueries: 100 };
    const sure = [answer('a', 1, 'A', 0.985), answer('b', 1, 'B', 0.99), answer('c', 1, 'C', 0.5)];
    expect(recallAtFalsePositives(sure, EXPECTED, among, 0.01)).toMatchObject({
      tolerated: 1,
      threshold: 0.98,
      recall: { hits: 2, of: 3 },
    });
    expect(recallAtFalsePositives(sure, EXPECTED, among, 0.001)).toMatchObject({
      tolerated: 0,
      threshold: 0.99,
      recall: { hits: 0 },
    });
    const none = recallAtFalsePositives(sure, EXPECTED, { unmatched: [], unmatchedQueries: 0 }, 0.01);
    expect(none).toMatchObject({ threshold: null, recall: { value: null } });
  });

  it('give the Wilson interval', () => {
    const share = wilson(8, 10);
    expect(share.low).toBeCloseTo(0.4902, 4);
    expect(share.high).toBeCloseTo(0.9433, 4);
  });

  it('keep micro-average precision whatever the order of answers and any growing change of scores', () => {
    const someAnswers = fc.array(
      fc.record({
        query: fc.constantFrom('a', 'b', 'c', 'n'),
        rank: fc.constant(1),
        reference: fc.constantFrom('A', 'B', 'C'),
        score: fc.integer({ min: -20, max: 20 }),
      }),
      { maxLength: 30 },
    );
    // A query names each reference once.
    const distinct = someAnswers.map((answers) => [
      ...new Map(answers.map((one) => [`${one.query} ${one.reference}`, one])).values(),
    ]);
    fc.assert(
      fc.property(distinct, (answers) => {
        const value = microAveragePrecision(answers, EXPECTED) ?? NaN;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(microAveragePrecision([...answers].reverse(), EXPECTED)).toBeCloseTo(value, 12);
        const grown = answers.map((one) => ({ ...one, score: Math.exp(one.score / 7) }));
        expect(microAveragePrecision(grown, EXPECTED)).toBeCloseTo(value, 12);
        const fewer = answers.filter(({ query }) => query !== 'n');
        expect(microAveragePrecision(fewer, EXPECTED)).toBeGreaterThanOrEqual(value - 1e-12);
      }),
    );
  });
});
