import { beforeEach, describe, expect, it } from '@jest/globals';
import { AskerWatch, type HarvestAlarm } from './asker-watch.js';

const DIMENSION = 256;
let now: Date;
let watch: AskerWatch;
let warned: HarvestAlarm[];
let drawn: number;

beforeEach(() => {
  now = new Date('2026-11-02T08:00:00.000Z');
  warned = [];
  drawn = 0;
  watch = new AskerWatch({ now: () => now }, 2_000, 'secret', (alarm) => warned.push(alarm));
});

/** Directions that have nothing to do with each other. */
function another(): Float32Array {
  return Float32Array.from(
    { length: DIMENSION },
    (_, at) => (Math.sin((drawn += 1) * 12.9898 + at * at * 78.233) * 43_758) % 1,
  );
}
/** The same picture with a little of another. */
const crept = (from: Float32Array, by = 0.02): Float32Array => {
  const towards = another();
  return from.map((value, at) => value + by * (towards[at] ?? 0));
};
const ask = (embedding: Float32Array, excluding?: string) =>
  watch.take({ asker: 'shandong', excluding }, embedding);
const minutesLater = (minutes: number): void => {
  now = new Date(now.getTime() + minutes * 60_000);
};

describe('what a province asks', () => {
  it('is answered up to its quota of an hour, and again when the hour is over', () => {
    watch = new AskerWatch({ now: () => now }, 3, 'secret');
    expect([1, 2, 3, 4].map(() => ask(another()).taken)).toEqual([true, true, true, false]);
    expect(watch.take({ asker: 'jiangsu' }, another()).taken).toBe(true);
    expect(watch.state).toEqual([
      { province: 'jiangsu', questions: 1, overQuota: 0, alarms: 0 },
      { province: 'shandong', questions: 3, overQuota: 1, alarms: 0 },
    ]);
    minutesLater(61);
    expect(ask(another()).taken).toBe(true);
  });

  it('counts for its hour and no longer where the clock is set back, and an alarm is not silenced by it', () => {
    watch = new AskerWatch({ now: () => now }, 700, 'secret', (alarm) => warned.push(alarm));
    for (let number = 0; number < 600; number += 1) ask(another());
    expect(warned).toHaveLength(1);
    minutesLater(-240);
    for (let number = 0; number < 100; number += 1) expect(ask(another()).taken).toBe(true);
    expect(warned).toHaveLength(2);
    expect(ask(another()).taken).toBe(false);
    minutesLater(61);
    expect(ask(another()).taken).toBe(true);
  });

  it('before a restart counts in the quota of its hour, and raises no alarm', () => {
    watch = new AskerWatch({ now: () => now }, 700, 'secret', (alarm) => warned.push(alarm));
    const minute = now.getTime() / 60_000;
    watch.remember(
      [
        { asker: 'shandong', minute: minute - 30, questions: 698 },
        { asker: 'shandong', minute: minute - 61, questions: 500 },
        { asker: 'zhejiang', minute, questions: 900 },
      ],
      'zhejiang',
    );
    expect([1, 2, 3].map(() => ask(another()).taken)).toEqual([true, true, false]);
    expect(watch.state.map(({ province, questions }) => [province, questions])).toEqual([['shandong', 700]]);
    expect(warned).toEqual([]);
    minutesLater(31);
    expect(ask(another()).taken).toBe(true);
  });

  it('raises no alarm for a day of applications, the same picture again among them', () => {
    for (let hour = 0; hour < 8; hour += 1) {
      for (let number = 0; number < 600; number += 1) {
        const picture = another();
        ask(picture, number % 8 === 0 ? 'an-application' : undefined);
        if (number % 20 === 0) ask(picture);
      }
      minutesLater(61);
    }
    expect(warned).toEqual([]);
  });

  it('is a sweep where it is much, and hardly any of it for an application; told once an hour', () => {
    for (let number = 1; number <= 700; number += 1)
      ask(another(), number % 20 === 0 ? 'an-application' : undefined);
    expect(warned).toEqual([
      { asker: 'shandong', rule: 'SWEEP', questions: 500, applications: 25, steps: expect.any(Number) },
    ]);
    expect(watch.state[0]).toMatchObject({ alarms: 1, questions: 700 });
    minutesLater(61);
    for (let number = 0; number < 500; number += 1) ask(another());
    expect(warned).toHaveLength(2);
  });

  it('is a walk where the pictures creep', () => {
    let picture = another();
    for (let number = 0; number < 80; number += 1) {
      picture = crept(picture);
      ask(picture, 'an-application');
    }
    expect(warned).toEqual([
      {
        asker: 'shandong',
        rule: 'WALK',
        questions: expect.any(Number),
        applications: expect.any(Number),
        steps: 50,
      },
    ]);
  });

  it('does not tell two provinces for one', () => {
    const picture = another();
    for (let number = 0; number < 200; number += 1)
      watch.take({ asker: number % 2 ? 'shandong' : 'jiangsu' }, number % 4 < 2 ? picture : another());
    expect(warned).toEqual([]);
  });
});
