import fc from 'fast-check';
import { CHINA_WORK_CALENDAR } from '../examination/china-calendar.js';
import { examinationFigures } from './examination-figures.js';

const figures = (...taken: readonly (readonly [string, string, number])[]) =>
  examinationFigures(
    CHINA_WORK_CALENDAR,
    taken.map(([filedOn, endedOn, count]) => ({ filedOn, endedOn, count })),
  );

describe('the examinations that ended in a month', () => {
  it('have their median, average and longest in working days, of the month in which they ended', () => {
    // Friday to Monday is one day, and the National Day holidays are none.
    expect(
      figures(
        ['2026-03-06', '2026-03-09', 2],
        ['2026-03-02', '2026-03-11', 1],
        ['2026-02-27', '2026-03-31', 1],
        ['2026-09-30', '2026-10-08', 1],
      ),
    ).toEqual([
      { month: '2026-03', ended: 4, median: 4, average: 8, longest: 23, inTime: 3, sure: true },
      { month: '2026-10', ended: 1, median: 1, average: 1, longest: 1, inTime: 1, sure: true },
    ]);
    expect(figures()).toEqual([]);
  });

  it('are not sure in a year whose holidays are not known', () => {
    expect(figures(['2031-03-06', '2031-03-07', 1])).toMatchObject([{ sure: false }]);
  });

  it('come out the same counted together or one by one, in whatever order', () => {
    const day = fc.integer({ min: 1, max: 28 }).map((date) => `2026-03-${String(date).padStart(2, '0')}`);
    const examined = fc
      .tuple(day, day, fc.integer({ min: 1, max: 5 }))
      .map(([one, other, count]) =>
        one < other ? ([one, other, count] as const) : ([other, one, count] as const),
      );
    fc.assert(
      fc.property(fc.array(examined, { minLength: 1, maxLength: 12 }), (all) => {
        const single = all.flatMap(([filedOn, endedOn, count]) =>
          Array.from({ length: count }, () => [filedOn, endedOn, 1] as const),
        );
        const [together] = figures(...all);
        const [apart] = figures(...single.reverse());
        const { average = 0, ...rest } = together ?? {};
        expect(apart).toMatchObject(rest);
        expect(apart?.average).toBeCloseTo(average, 9);
        const days = single
          .map(([filedOn, endedOn]) => figures([filedOn, endedOn, 1])[0]?.longest ?? 0)
          .sort((a, b) => a - b);
        expect(together?.longest).toBe(days.at(-1));
        expect(days.filter((one) => one <= (together?.median ?? 0)).length * 2).toBeGreaterThanOrEqual(
          days.length,
        );
      }),
    );
  });
});
