import { describe, expect, it } from '@jest/globals';
import { verificationDeadline } from './verification-deadline.js';

const RECEIVED = 1_000_000;
const at = (deadlineMs: number, budgetMs: number, questions = 1): number =>
  verificationDeadline(new Date(RECEIVED), new Date(RECEIVED + deadlineMs), budgetMs, questions).getTime() -
  RECEIVED;

describe('the time for verifying candidates', () => {
  it('is the budget of all questions of the call', () => {
    expect([at(8_000, 1_500), at(8_000, 1_500, 3)]).toEqual([1_500, 4_500]);
  });

  it('ends early enough before the deadline for the answer to be back', () => {
    expect([at(8_000, 9_000), at(8_000, 1_500, 16), at(2_000, 1_900), at(500, 1_500)]).toEqual([
      7_000, 7_000, 1_600, 300,
    ]);
  });

  it('is over at once when there is hardly time to answer', () => {
    expect(at(100, 1_500)).toBeLessThan(0);
  });
});
