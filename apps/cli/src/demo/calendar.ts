import { findProvince, writeRegistrationNumber } from '#libs/registry';
import { type Random } from '#libs/pattern-drawing';
import { type DemoProvince } from './applicants.js';

const DAY = 86_400_000;
const FIRST = Date.UTC(2019, 0, 7);
const LAST = Date.UTC(2024, 10, 29);

/** A work's dates, ISO 8601, in their order of time. */
export interface WorkDates {
  readonly completedOn: string;
  /** Null for a work that was not published. */
  readonly firstPublishedOn: string | null;
  readonly registeredOn: string;
}

/**
 * Dates of one work: completed, then published (or not), then registered.
 * @param notBefore ISO 8601; the work was completed after it
 */
export function chooseDates(random: Random, notBefore?: string): WorkDates {
  const from = notBefore === undefined ? FIRST : Date.parse(notBefore) + DAY;
  const completed = random.between(from, Math.max(from + DAY, LAST - 200 * DAY));
  const published = completed + random.whole(0, 80) * DAY;
  const registered = published + random.whole(7, 110) * DAY;
  return {
    completedOn: iso(completed),
    firstPublishedOn: random.chance(0.2) ? null : iso(published),
    registeredOn: iso(registered),
  };
}

/**
 * Gives every work the number of its province and year; serials rise with the date of registration, with gaps for the
 * works that are no fabric patterns.
 * @param works each with its province and date of registration
 * @returns the numbers in the works' order
 */
export function numberWorks(
  works: readonly { readonly province: DemoProvince; readonly registeredOn: string }[],
  random: Random,
): string[] {
  const numbers: string[] = [];
  const last = new Map<string, number>();
  const inTime = works.map((work, index) => ({ ...work, index }));
  inTime.sort((p, q) => p.registeredOn.localeCompare(q.registeredOn) || p.index - q.index);
  for (const { province, registeredOn, index } of inTime) {
    const year = Number(registeredOn.slice(0, 4));
    const series = `${province} ${year}`;
    const serial = (last.get(series) ?? random.whole(200, 900)) + random.whole(1, 400);
    last.set(series, serial);
    const region = findProvince(province)?.regionWord ?? '国';
    numbers[index] = writeRegistrationNumber({ region, year, category: 'F', serial });
  }
  return numbers;
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
