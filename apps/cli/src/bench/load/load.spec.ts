import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '#libs/pattern-drawing';
import { arrive } from './arrivals.js';
import { runPhase } from './load-phase.js';
import { slopeOf } from './resident-memory.js';
import { ANSWERED, timesByCode, timesOf } from './samples.js';

const random = (seed: number) => {
  const numbers = seededRandom(seed);
  return () => numbers.next();
};

describe('arrivals', () => {
  it('come at the rate asked for, whatever becomes of those before, and are timed from their arrival', async () => {
    const waits: number[] = [];
    const begun = performance.now();
    const { arrived, unsent } = await arrive(
      { rate: 200, seconds: 1, most: 1_000, random: random(1) },
      async (arrivedAt) => {
        waits.push(performance.now() - arrivedAt);
        await pause(500);
      },
    );
    // A closed loop of one would have made two.
    expect(arrived).toBeGreaterThan(140);
    expect(arrived).toBeLessThan(260);
    expect(unsent).toBe(0);
    expect(waits).toHaveLength(arrived);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(-2);
    expect(performance.now() - begun).toBeGreaterThan(1_000);
  });

  it('beyond what may be under way count as unsent: they are not left out', async () => {
    let begun = 0;
    const { arrived, unsent } = await arrive(
      { rate: 200, seconds: 0.5, most: 5, random: random(2) },
      async () => {
        begun += 1;
        await pause(1_000);
      },
    );
    expect(begun).toBe(5);
    expect(unsent).toBe(arrived - 5);
  });
});

describe('a phase', () => {
  it('tells apart what was answered, what was refused and how soon, and counts a CLEAR without coverage', async () => {
    let turn = 0;
    const province = {
      async check() {
        turn += 1;
        if (turn % 4 === 0) throw new TypeError('broken');
        return { code: turn % 2 === 0 ? 'REFUSED' : ANSWERED, falseClear: turn === 1 };
      },
      batch: async () => ANSWERED,
      importPage: async () => ANSWERED,
      close: async () => undefined,
    };
    const phase = await runPhase([province], { rate: 100, seconds: 1, mix: true }, random(3));
    expect(phase.answered.count + phase.refused.count).toBe(phase.arrived);
    expect(phase.by_code['check error TypeError']?.count).toBe(Math.floor(phase.arrived / 4));
    expect(phase.by_code['check ANSWERED']?.count).toBe(phase.answered.count);
    expect(phase.answered_per_second).toBe(phase.answered.count);
    expect(phase.false_clears).toBe(1);
  });
});

describe('the figures', () => {
  it('are percentiles of all samples of a kind and code', () => {
    const times = Array.from({ length: 100 }, (_, place) => place + 1).reverse();
    expect(timesOf(times)).toEqual({ count: 100, p50_ms: 51, p95_ms: 96, p99_ms: 100 });
    const samples = times.map((ms) => ({
      kind: 'check' as const,
      code: ms > 90 ? 'REFUSED' : ANSWERED,
      ms,
    }));
    expect(Object.entries(timesByCode(samples)).map(([code, { count }]) => [code, count])).toEqual([
      ['check ANSWERED', 90],
      ['check REFUSED', 10],
    ]);
  });

  it('of memory are megabytes a minute by least squares', () => {
    expect(slopeOf([0, 1, 2, 3].map((at) => ({ at, megabytes: 100 + 4 * at })))).toBeCloseTo(4);
    expect(slopeOf([0, 1, 2, 3].map((at) => ({ at, megabytes: 100 + (at % 2) })))).toBeLessThan(0.5);
    expect(slopeOf([{ at: 0, megabytes: 1 }])).toBe(0);
  });
});
