import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HedgeBudget } from './hedge-budget.js';

const call = fc.record({ questions: fc.integer({ min: 1, max: 64 }), slow: fc.boolean() });

describe('the budget of second questions', () => {
  it('is never over one in twenty of those that were asked, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 500 }), (calls) => {
        const budget = new HedgeBudget();
        let [asked, hedged] = [0, 0];
        for (const { questions, slow } of calls) {
          budget.earn(questions);
          asked += questions;
          if (slow && budget.spend(questions)) hedged += questions;
          expect(hedged * 20).toBeLessThanOrEqual(asked);
        }
      }),
    );
  });

  it('gives a member that is always slow one in twenty, and saves no more than a call of 64', () => {
    const budget = new HedgeBudget();
    let hedged = 0;
    for (let asked = 0; asked < 2_000; asked += 1) {
      budget.earn(1);
      if (budget.spend(1)) hedged += 1;
    }
    expect(hedged).toBe(100);
    for (let asked = 0; asked < 100_000; asked += 1) budget.earn(1);
    expect([budget.spend(64), budget.spend(1)]).toEqual([true, false]);
  });
});
