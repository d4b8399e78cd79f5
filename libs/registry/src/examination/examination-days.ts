import {
  addMonth,
  addWorkingDays,
  knowsYearOf,
  type WorkCalendar,
  workingDayFrom,
  workingDaysAfter,
} from './work-calendar.js';

/** Working days within which an application is promised to be examined. */
export const PROMISED_WORKING_DAYS = 7;

/** "in-time" up to the promise's last day, "over-promise" after it, "over-limit" after the legal limit's. */
export const EXAMINATION_PACES = ['in-time', 'over-promise', 'over-limit'] as const;

/** How long an examination has taken, and may. Dates are ISO 8601, by Chinese time. */
export interface ExaminationDays {
  /** The day on which the complete file came in; it is not counted (民法典, art. 201). */
  readonly filedOn: string;
  /** The day on which it was registered or refused; null while it is examined. */
  readonly endedOn: string | null;
  /** Working days used so far, or in all. */
  readonly workingDays: number;
  /** Last day of the promise. */
  readonly promisedBy: string;
  /** Last day of the month that the law gives (作品自愿登记试行办法); where it is no working day, the next one (民法典, art. 203). */
  readonly legalBy: string;
  readonly pace: (typeof EXAMINATION_PACES)[number];
  /** Whether the holidays of all these days are known; otherwise Monday to Friday are counted. */
  readonly sure: boolean;
}

/**
 * How long the examination of an application has taken by a day.
 * @param today ISO 8601 date; counts while there is no `endedOn`
 */
export function examinationDays(
  calendar: WorkCalendar,
  { filedOn, endedOn, today }: { filedOn: string; endedOn: string | null; today: string },
): ExaminationDays {
  const until = endedOn ?? today;
  const promisedBy = addWorkingDays(calendar, filedOn, PROMISED_WORKING_DAYS);
  const legalBy = workingDayFrom(calendar, addMonth(filedOn));
  return {
    filedOn,
    endedOn,
    workingDays: workingDaysAfter(calendar, filedOn, until),
    promisedBy,
    legalBy,
    pace: until > legalBy ? 'over-limit' : until > promisedBy ? 'over-promise' : 'in-time',
    sure: [filedOn, until, promisedBy, legalBy].every((day) => knowsYearOf(calendar, day)),
  };
}
