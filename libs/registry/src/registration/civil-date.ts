const CHINA_OFFSET_MS = 8 * 60 * 60 * 1000;

/** The civil date (ISO 8601) at an instant by Chinese time, which has one offset for the whole country and no summer time. */
export function chinaDate(instant: Date): string {
  return new Date(instant.getTime() + CHINA_OFFSET_MS).toISOString().slice(0, 10);
}

/** Whether this is an ISO 8601 calendar date that exists, of the years 1900 to 2100. */
export function isRealDate(text: string): boolean {
  if (!/^(19|20|21)\d{2}-\d{2}-\d{2}$/u.test(text) || text > '2100-12-31') return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
