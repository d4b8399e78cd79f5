import { describe, expect, it } from '@jest/globals';
import { calibrationError } from './calibration-error.js';
import { type Ranked } from './measures.js';

const first = (query: string, score: number): Ranked => ({ query, rank: 1, reference: 'A', score });

describe('expected calibration error', () => {
  it('is nothing where scores are the chance to be right', () => {
    const queries = Array.from({ length: 150 }, (_, i) => `q${i}`);
    const expected = new Map(queries.map((query, i) => [query, i % 2 === 0 ? 'A' : null]));
    const answers = queries.map((query) => first(query, 0.5));
    expect(calibrationError(answers, expected)?.value).toBeLessThan(0.01);
  });

  it('is the mean distance over bins of as many queries each', () => {
    const expected = new Map([
      ['sure', 'A'],
      ['wrong', 'B'],
      ['none', null],
    ]);
    const answers = [first('sure', 0.9), first('wrong', 0.6), first('none', -0.2)];
    const error = calibrationError([...answers, { ...first('none', 2), rank: 2 }], expected);
    expect(error?.bins.map(({ queries, score, right }) => [queries, score, right])).toEqual([
      [1, 0, 0],
      [1, 0.6, 0],
      [1, 0.9, 1],
    ]);
    expect(error?.value).toBeCloseTo((0 + 0.6 + 0.1) / 3, 12);
  });

  it('is not told of counts, or of nothing', () => {
    expect(calibrationError([first('a', 17)], new Map([['a', 'A']]))).toBeNull();
    expect(calibrationError([], new Map())).toBeNull();
  });
});
