import fc from 'fast-check';
import { type Attempts, FORGET_AFTER_MS, judgeAttempt, USER_RULE } from './attempts.js';

const start = Date.parse('2026-03-05T12:00:00Z');

/** Guesses as fast as they are let, for so many milliseconds; gives how many were judged. */
function guessFor(milliseconds: number, gaps: readonly number[]): number {
  let known: Attempts | undefined;
  let judged = 0;
  let turn = 0;
  for (let now = start; now < start + milliseconds; now += gaps[turn++ % gaps.length] ?? 1) {
    const decision = judgeAttempt(known, new Date(now), USER_RULE);
    if (decision.kind === 'go') {
      known = decision.attempts;
      judged += 1;
    }
  }
  return judged;
}

describe('failed attempts', () => {
  it('leave a guesser at most 16 tries in an hour, however they are spaced', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 250, max: 600_000 }), { minLength: 1, maxLength: 20 }),
        (gaps) => {
          expect(guessFor(3_600_000, gaps)).toBeLessThanOrEqual(16);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never make anybody wait longer than a quarter of an hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (failures) => {
        const decision = judgeAttempt({ failures, lastAt: new Date(start) }, new Date(start), USER_RULE);
        const wait = decision.kind === 'wait' ? decision.until.getTime() - start : 0;
        expect(wait).toBeLessThanOrEqual(USER_RULE.longestWaitMs);
        expect(wait > 0).toBe(failures >= USER_RULE.free);
      }),
    );
  });

  it('are forgotten after a day', () => {
    const known = { failures: 50, lastAt: new Date(start) };
    const tomorrow = new Date(start + FORGET_AFTER_MS);
    expect(judgeAttempt(known, tomorrow, USER_RULE)).toEqual({
      kind: 'go',
      attempts: { failures: 1, lastAt: tomorrow },
    });
  });

  it('are not forgotten where the clock is set back; set forward, it shortens a wait and not the count', () => {
    const known = { failures: USER_RULE.free + 2, lastAt: new Date(start) };
    expect(judgeAttempt(known, new Date(start - 3_600_000), USER_RULE).kind).toBe('wait');
    expect(judgeAttempt(known, new Date(start + 3_600_000), USER_RULE)).toMatchObject({
      kind: 'go',
      attempts: { failures: known.failures + 1 },
    });
  });
});
