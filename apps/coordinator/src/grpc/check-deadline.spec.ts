import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { memberDeadline } from './check-deadline.js';

const now = new Date('2026-11-01T00:00:00.000Z');
const inMs = (ms: number): Date => new Date(now.getTime() + ms);

describe('the deadline passed on', () => {
  it.each([
    [8_000, 7_500],
    [3_000, 2_700],
    [500, 400],
    [50, -50],
  ])('of %s ms is %s ms', (left, passedOn) => {
    expect(memberDeadline(now, [inMs(left)])).toEqual(inMs(passedOn));
  });

  it('is at least 100 and at most 500 ms before every deadline of call and questions', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1 }), (left) => {
        const margin = Math.min(...left) - (memberDeadline(now, left.map(inMs)).getTime() - now.getTime());
        expect(margin).toBeGreaterThanOrEqual(100);
        expect(margin).toBeLessThanOrEqual(500);
      }),
    );
  });
});
