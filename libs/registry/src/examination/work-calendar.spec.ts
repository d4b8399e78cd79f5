import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { CHINA_WORK_CALENDAR } from './china-calendar.js';
import { examinationDays } from './examination-days.js';
import {
  addMonth,
  addWorkingDays,
  isWorkingDay,
  workCalendarSchema,
  workingDayFrom,
  workingDaysAfter,
} from './work-calendar.js';

const calendar = CHINA_WORK_CALENDAR;
const day = fc
  .integer({ min: 0, max: 730 })
  .map((n) => new Date(Date.UTC(2025, 0, 1) + n * 86_400_000).toISOString().slice(0, 10));

describe('the calendar of working days', () => {
  it('is the file that an operator edits', () => {
    const file: unknown = JSON.parse(readFileSync('deploy/work-calendar.json', 'utf8'));
    expect(workCalendarSchema.parse(file)).toEqual(calendar);
  });

  it('has holidays on weekdays and worked weekends', () => {
    const working = (one: string): boolean => isWorkingDay(calendar, one);
    expect(['2025-10-01', '2026-02-16', '2026-02-21'].map(working)).toEqual([false, false, false]);
    expect(['2026-02-14', '2026-02-28', '2026-03-02'].map(working)).toEqual([true, true, true]);
    // Of 2027 nothing was given out: Monday to Friday.
    expect(['2027-10-01', '2027-10-02'].map(working)).toEqual([true, false]);
  });

  it('counts what it adds, and adds over a split as over the whole', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (from, one, two) => {
        const to = addWorkingDays(calendar, from, one);
        expect(workingDaysAfter(calendar, from, to)).toBe(one);
        expect(addWorkingDays(calendar, to, two)).toBe(addWorkingDays(calendar, from, one + two));
        if (one > 0) expect(isWorkingDay(calendar, to)).toBe(true);
      }),
    );
  });

  it('is additive: days up to a day between, and from there on, are all of them', () => {
    fc.assert(
      fc.property(day, day, day, (...days) => {
        const [from = '', between = '', to = ''] = days.sort();
        expect(workingDaysAfter(calendar, from, between) + workingDaysAfter(calendar, between, to)).toBe(
          workingDaysAfter(calendar, from, to),
        );
        expect(workingDaysAfter(calendar, to, from)).toBe(0);
      }),
    );
  });

  it('ends a month on the same day of the next, or its last, and never on a free day', () => {
    expect(['2026-01-31', '2026-02-28', '2026-12-15'].map(addMonth)).toEqual([
      '2026-02-28',
      '2026-03-28',
      '2027-01-15',
    ]);
    fc.assert(
      fc.property(day, (from) => {
        const until = workingDayFrom(calendar, addMonth(from));
        expect(until >= addMonth(from) && isWorkingDay(calendar, until)).toBe(true);
      }),
    );
  });

  it('refuses a day of another year, a day that does not exist, and a free day that is worked', () => {
    const wrong = (holidays: string[], worked: string[]): string =>
      workCalendarSchema.safeParse({
        kind: 'weft.work-calendar.v1',
        years: [{ year: 2027, source: 'test', holidays, worked }],
      }).error?.issues[0]?.message ?? '';
    expect(wrong(['2026-10-01'], [])).toContain('is not a day of 2027');
    expect(wrong(['2027-02-30'], [])).toContain('date that exists');
    expect(wrong(['2027-10-02'], ['2027-10-02'])).toContain('free and worked');
    expect(wrong([], ['2027-10-01'])).toContain('no Saturday');
  });
});

describe('the days of an examination', () => {
  const daysOf = (filedOn: string, today: string, endedOn: string | null = null) =>
    examinationDays(calendar, { filedOn, endedOn, today });

  it('jumps the holidays, and moves the end of the month off them', () => {
    // Filed before the Spring Festival of 2026: 13 and 14 February are worked, 15 to 23 are free.
    expect(daysOf('2026-02-12', '2026-02-24')).toEqual({
      filedOn: '2026-02-12',
      endedOn: null,
      workingDays: 3,
      promisedBy: '2026-02-28',
      legalBy: '2026-03-12',
      pace: 'in-time',
      sure: true,
    });
    expect(daysOf('2026-09-03', '2026-10-09')).toMatchObject({ legalBy: '2026-10-08', pace: 'over-limit' });
    expect(daysOf('2026-12-30', '2026-12-31').sure).toBe(false);
  });

  it('stands still when it has ended, and never gets better by waiting', () => {
    expect(daysOf('2026-03-02', '2026-05-01', '2026-03-11')).toMatchObject({
      workingDays: 7,
      pace: 'in-time',
    });
    const rank = { 'in-time': 0, 'over-promise': 1, 'over-limit': 2 } as const;
    fc.assert(
      fc.property(day, day, day, (...days) => {
        const [filed = '', today = '', later = ''] = days.sort();
        const [one, two] = [daysOf(filed, today), daysOf(filed, later)];
        expect(rank[one.pace]).toBeLessThanOrEqual(rank[two.pace]);
        expect(one.pace === 'in-time').toBe(one.workingDays <= 7 && today <= one.promisedBy);
        expect(one.workingDays).toBeLessThanOrEqual(two.workingDays);
      }),
    );
  });
});
