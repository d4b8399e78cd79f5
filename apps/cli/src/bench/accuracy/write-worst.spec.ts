import { expect, it } from '@jest/globals';
import { worstFailures } from './write-worst.js';

const rows = [
  { query: 'found', reference: 'A', family: 'crop', severity: 'mild' },
  { query: 'outranked', reference: 'B', family: 'crop', severity: 'hard' },
  { query: 'missed', reference: 'C', family: 'scale', severity: 'hard' },
  { query: 'silent', reference: 'D', family: 'scale', severity: 'mild' },
  { query: 'faint', reference: 'E', family: 'crop', severity: 'hard' },
  { query: 'none', reference: null, family: 'scale', severity: 'mild' },
];
const answer = (query: string, rank: number, reference: string, score: number) => ({
  query,
  rank,
  reference,
  score,
});

it('tells the failures by how far what came first lies above the right one, then what is right and too faint for a verdict', () => {
  const answers = [
    answer('found', 1, 'A', 0.9),
    answer('outranked', 1, 'A', 0.8),
    answer('outranked', 2, 'B', 0.5),
    answer('missed', 1, 'A', 0.6),
    answer('faint', 1, 'E', 0.3),
    answer('none', 1, 'A', 0.99),
  ];
  const failures = worstFailures({ truth: { rows, blank: false, missing: false } }, answers, 0.5, 10);
  expect(failures).toMatchObject([
    {
      query: 'missed',
      right: { reference: 'C', rank: null, score: null },
      first: { reference: 'A', score: 0.6 },
    },
    { query: 'outranked', right: { reference: 'B', rank: 2, score: 0.5 }, first: { score: 0.8 } },
    { query: 'silent', right: { reference: 'D' }, first: null },
    { query: 'faint', right: { reference: 'E', rank: 1, score: 0.3 } },
  ]);
  expect(worstFailures({ truth: { rows, blank: false, missing: false } }, answers, 0.5, 1)).toHaveLength(1);
});
