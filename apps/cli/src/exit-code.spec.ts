import { describe, expect, it } from '@jest/globals';
import { VERDICTS } from '#libs/registry';
import fc from 'fast-check';
import { exitCodeOf, gravest } from './exit-code.js';

describe('exit code of a check', () => {
  it('is one for each verdict', () => {
    expect(VERDICTS.map((verdict) => [verdict, exitCodeOf(verdict)])).toEqual([
      ['DUPLICATE', 10],
      ['SUSPECTED', 11],
      ['CLEAR', 0],
      ['INCOMPLETE', 20],
    ]);
  });

  it('is the gravest of several pictures, in whatever order', () => {
    expect(gravest([0, 20, 11, 10, 1])).toBe(1);
    expect(gravest([0, 20, 11, 10])).toBe(10);
    expect(gravest([0, 20, 11])).toBe(11);
    expect(gravest([0, 20])).toBe(20);
    const codes = fc.array(fc.constantFrom(0, 1, 10, 11, 20 as const), { minLength: 1 });
    fc.assert(fc.property(codes, (list) => gravest(list) === gravest([...list].reverse())));
    fc.assert(fc.property(codes, (list) => (gravest(list) === 0) === list.every((code) => code === 0)));
  });

  it('is an error when nothing was checked', () => {
    expect(gravest([])).toBe(1);
  });
});
