import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '#libs/pattern-drawing';
import { calibrate } from './bench-calibrate.js';
import { lowerChiSquaredShare, upperBound } from './bounds.js';
import { fitScoreTail } from './score-tail.js';

const MODEL = `sha256:${'0'.repeat(64)}`;
const GALLERY = 200;
const STEEPNESS = 4;
/** A comparison reaches s with chance (1 - s) ** STEEPNESS; each query's best of a gallery. */
const drawn = (seed: number, queries: number, gallery = GALLERY): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: queries }, () => {
    const highest = Math.max(...Array.from({ length: gallery }, () => random.next()));
    return 1 - (1 - highest) ** (1 / STEEPNESS);
  });
};
const truth = (score: number, gallery: number): number => 1 - (1 - (1 - score) ** STEEPNESS) ** gallery;

describe('bounds', () => {
  it('of a probability are Clopper and Pearson’s', () => {
    expect(upperBound(0, 100)).toBeCloseTo(1 - 0.05 ** (1 / 100), 9);
    expect(upperBound(1, 10)).toBeCloseTo(0.3942, 4);
    expect(upperBound(7, 7)).toBe(1);
  });

  it('of chi-squared are the tables’', () => {
    expect(lowerChiSquaredShare(20) * 20).toBeCloseTo(10.85, 1);
    expect(lowerChiSquaredShare(100) * 100).toBeCloseTo(77.93, 1);
  });
});

describe('the tail of unrelated scores', () => {
  it('tells what a larger registry gives where comparisons are independent', () => {
    const tail = fitScoreTail(drawn(1, 4_000), GALLERY);
    const larger = GALLERY * 50;
    for (const share of [0.01, 0.1]) {
      const score = tail.scoreAt(share, larger);
      expect(truth(score, larger) / share).toBeGreaterThan(0.5);
      expect(truth(score, larger) / share).toBeLessThan(2);
      expect(tail.reaching(score, larger)).toBeCloseTo(share, 9);
    }
  });

  it('has an upper bound that holds in nearly all samples', () => {
    const samples = Array.from({ length: 60 }, (_, seed) => fitScoreTail(drawn(seed, 200), GALLERY));
    const held = samples.filter((tail) => tail.reaching(0.95, GALLERY, 'upper') >= truth(0.95, GALLERY));
    expect(held.length).toBeGreaterThanOrEqual(54);
  });

  it('counts where queries were seen: at most that share reaches the score', () => {
    const best = [...drawn(3, 300), ...Array.from({ length: 100 }, () => 0.4)];
    const tail = fitScoreTail(best, GALLERY);
    for (const share of [0.2, 0.5, 0.8]) {
      const score = tail.scoreAt(share, GALLERY);
      const reached = best.filter((one) => one >= score).length / best.length;
      expect(reached).toBeLessThanOrEqual(share);
      expect(tail.reaching(score, GALLERY)).toBeCloseTo(reached, 9);
    }
  });

  it('is not fitted to too few queries, or to scores all the same', () => {
    expect(() => fitScoreTail(drawn(1, 49), GALLERY)).toThrow('has 49 queries without a match');
    const same = Array.from({ length: 60 }, () => 0);
    expect(() => fitScoreTail(same, GALLERY)).toThrow('all score the same');
  });
});

it('a background is one that a directory takes, also where the highest scores lie over the fitted tail', () => {
  const best = [...drawn(7, 500).map((score) => score / 2), 0.9, 0.93, 0.96];
  for (const gallery of [GALLERY, 10 * GALLERY, 424_000]) {
    const { background } = calibrate({ best, gallery: GALLERY }, gallery, MODEL);
    const outOfOrder = background.filter(
      ({ score, per10000 }, i) =>
        i > 0 && (score >= (background[i - 1]?.score ?? 0) || per10000 < (background[i - 1]?.per10000 ?? 0)),
    );
    expect([gallery, outOfOrder]).toEqual([gallery, []]);
  }
});

it('a calibration has ordered thresholds and a background that is never rarer for a lower score', () => {
  const result = calibrate({ best: drawn(7, 500), gallery: GALLERY }, 424_000, MODEL);
  expect(result.id).toMatch(/^cal-[0-9a-f]{8}$/);
  expect(result.duplicateAt).toBeGreaterThan(result.suspectedAt);
  expect(result.duplicateAt).toBeLessThanOrEqual(1);
  expect(result.measured).toMatchObject({ queries: 500, gallery: GALLERY, duplicateAt: { reached: 0 } });
  expect(result.measured.duplicateAt.upper).toBeGreaterThan(0.001);
  const { background } = result;
  expect(background.length).toBeGreaterThan(10);
  expect(background.length).toBeLessThanOrEqual(64);
  background.slice(1).forEach(({ score, per10000 }, i) => {
    expect(score).toBeLessThan(background[i]?.score ?? 0);
    expect(per10000).toBeGreaterThanOrEqual(background[i]?.per10000 ?? 0);
  });
  const rarest = background.find(({ score }) => score <= result.duplicateAt);
  expect(rarest?.per10000).toBeLessThan(20);
});
