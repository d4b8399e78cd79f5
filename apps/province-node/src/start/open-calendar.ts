import { readFile } from 'node:fs/promises';
import { StartError } from '#libs/identity';
import { CHINA_WORK_CALENDAR, workCalendarSchema, type WorkCalendar } from '#libs/registry';

/**
 * The calendar by which working days are counted.
 * @param file JSON (weft.work-calendar.v1); undefined for the calendar that comes with the program
 * @throws StartError for a file that cannot be read or is no calendar
 */
export async function openCalendar(file: string | undefined): Promise<WorkCalendar> {
  if (file === undefined) return CHINA_WORK_CALENDAR;
  const refuse = (problem: string): StartError =>
    new StartError(
      'WEFT_WORK_CALENDAR',
      problem,
      'correct it after deploy/work-calendar.json, or leave it out',
    );
  const text = await readFile(file, 'utf8').catch(() => {
    throw refuse('cannot be read');
  });
  const read = workCalendarSchema.safeParse(parseJson(text));
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw refuse(`is no work calendar (${issue?.path.join('.') || 'file'}: ${issue?.message ?? ''})`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
