import { z } from 'zod';
import { isRealDate } from '../registration/civil-date.js';

const DAY_MS = 86_400_000;
const date = z.string().refine(isRealDate, 'is not a date that exists');
const dates = z.array(date).max(400).readonly();

/**
 * The working days of a country as its government gives them out, year by year: weekends are free, holidays too, and some
 * Saturdays and Sundays are worked for them.
 */
export const workCalendarSchema = z
  .strictObject({
    kind: z.literal('weft.work-calendar.v1'),
    years: z
      .array(
        z.strictObject({
          year: z.int().min(1949).max(2100),
          /** Who gave it out, and what is not sure of it. */
          source: z.string().min(1).max(400),
          /** Days that are free, weekends among them or not. */
          holidays: dates,
          /** Saturdays and Sundays that are worked. */
          worked: dates,
        }),
      )
      .max(60)
      .readonly(),
  })
  .superRefine(({ years }, context) => {
    const seen = new Set<number>();
    for (const [place, { year, holidays, worked }] of years.entries()) {
      const wrong = (field: string, message: string) =>
        context.addIssue({ code: 'custom', path: ['years', place, field], message });
      if (seen.has(year)) wrong('year', `${year} is there twice`);
      seen.add(year);
      const foreign = [...holidays, ...worked].find((day) => !day.startsWith(`${year}-`));
      if (foreign !== undefined) wrong('holidays', `${foreign} is not a day of ${year}`);
      const both = worked.find((day) => holidays.includes(day));
      if (both !== undefined) wrong('worked', `${both} is free and worked at once`);
      const weekday = worked.find((day) => !isWeekend(day));
      if (weekday !== undefined) wrong('worked', `${weekday} is no Saturday and no Sunday`);
    }
  });

export type WorkCalendar = z.infer<typeof workCalendarSchema>;

/** Whether it is known which days of this day's year are worked; of others, Monday to Friday are taken to be. */
export function knowsYearOf({ years }: WorkCalendar, day: string): boolean {
  return years.some(({ year }) => day.startsWith(`${year}-`));
}

/** @param day ISO 8601 date */
export function isWorkingDay({ years }: WorkCalendar, day: string): boolean {
  const known = years.find(({ year }) => day.startsWith(`${year}-`));
  if (known?.holidays.includes(day)) return false;
  return !isWeekend(day) || (known?.worked.includes(day) ?? false);
}

/** Working days after the day `from` up to the day `to`, `to` included; 0 if `to` is not later. At most ten years are counted. */
export function workingDaysAfter(calendar: WorkCalendar, from: string, to: string): number {
  let count = 0;
  let day = from;
  for (let left = 3_660; day < to && left > 0; left -= 1) {
    day = addDays(day, 1);
    if (isWorkingDay(calendar, day)) count += 1;
  }
  return count;
}

/** The working day that is the `count`-th after `from`, which is not counted itself; `from` for 0. @param count 0 to 250 */
export function addWorkingDays(calendar: WorkCalendar, from: string, count: number): string {
  let day = from;
  for (let left = count; left > 0;) {
    day = addDays(day, 1);
    if (isWorkingDay(calendar, day)) left -= 1;
  }
  return day;
}

/** This day if it is worked, else the next that is. */
export function workingDayFrom(calendar: WorkCalendar, day: string): string {
  return isWorkingDay(calendar, day) ? day : addWorkingDays(calendar, day, 1);
}

/** The same day of the next month, or that month's last where it has none (民法典, art. 202). */
export function addMonth(day: string): string {
  const [year = 0, month = 0, place = 0] = day.split('-').map(Number);
  // Day 0 of the month after next is the last of the next.
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(place, last))).toISOString().slice(0, 10);
}

function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

function isWeekend(day: string): boolean {
  return [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
}
