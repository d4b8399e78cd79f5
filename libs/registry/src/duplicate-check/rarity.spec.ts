import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rarityOf } from './rarity.js';

const background = [
  { score: 0.9, per10000: 1 },
  { score: 0.5, per10000: 40 },
  { score: 0.2, per10000: 2_500 },
];

describe('how rare a score is among unrelated patterns', () => {
  it('is that of the nearest measured score that is not above it', () => {
    const of = (score: number) => rarityOf(score, { background });
    expect([1, 0.9, 0.899, 0.5, 0.3, 0.2, 0.19, 0].map(of)).toEqual([
      1, 1, 40, 40, 2_500, 2_500, 10_000, 10_000,
    ]);
    expect(rarityOf(1, { background: [] })).toBe(10_000);
  });

  it('never grows with the score', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(score, score, (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(rarityOf(high, { background })).toBeLessThanOrEqual(rarityOf(low, { background }));
      }),
    );
  });
});
