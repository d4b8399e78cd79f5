import { examinationDays, PROMISED_WORKING_DAYS } from '../examination/examination-days.js';
import type { WorkCalendar } from '../examination/work-calendar.js';

/** Examinations that took from one day to another. Dates are ISO 8601, by Chinese time. */
export interface EndedExaminations {
  readonly filedOn: string;
  /** The day on which they were registered or refused. */
  readonly endedOn: string;
  readonly count: number;
}

/** How long the examinations took that ended in one month, in working days. */
export interface ExaminationFigures {
  /** "2026-03". */
  readonly month: string;
  readonly ended: number;
  /** The middle one; of an even number the mean of the middle two. */
  readonly median: number;
  readonly average: number;
  readonly longest: number;
  /** Those that kept the promise of PROMISED_WORKING_DAYS. */
  readonly inTime: number;
  /** Whether the holidays of all these days are known; otherwise Monday to Friday are counted for some. */
  readonly sure: boolean;
}

/** The figures of each month in which examinations ended, in their order. */
export function examinationFigures(
  calendar: WorkCalendar,
  examinations: readonly EndedExaminations[],
): ExaminationFigures[] {
  const byMonth = new Map<string, Taken[]>();
  for (const { filedOn, endedOn, count } of examinations) {
    const { workingDays, sure } = examinationDays(calendar, { filedOn, endedOn, today: endedOn });
    const month = endedOn.slice(0, 7);
    const taken = byMonth.get(month) ?? [];
    taken.push({ workingDays, sure, count });
    byMonth.set(month, taken);
  }
  return [...byMonth]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([month, taken]) => ({ month, ...figuresOf(taken) }));
}

interface Taken {
  readonly workingDays: number;
  readonly count: number;
  readonly sure: boolean;
}

function figuresOf(all: readonly Taken[]): Omit<ExaminationFigures, 'month'> {
  const taken = all.toSorted((one, other) => one.workingDays - other.workingDays);
  const sum = (of: (one: Taken) => number): number => taken.reduce((total, one) => total + of(one), 0);
  const ended = sum(({ count }) => count);
  const at = (place: number): number => {
    let left = place;
    return taken.find(({ count }) => (left -= count) < 0)?.workingDays ?? 0;
  };
  return {
    ended,
    median: (at(Math.floor((ended - 1) / 2)) + at(Math.floor(ended / 2))) / 2,
    average: sum(({ workingDays, count }) => workingDays * count) / ended,
    longest: taken.at(-1)?.workingDays ?? 0,
    inTime: sum(({ workingDays, count }) => (workingDays <= PROMISED_WORKING_DAYS ? count : 0)),
    sure: taken.every((one) => one.sure),
  };
}
