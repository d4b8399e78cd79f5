const SHARE = 0.1;
const LEAST_MS = 100;
const MOST_MS = 500;

/**
 * When the members must have answered: the earliest of these deadlines, less a tenth of the time left (100 to 500 ms)
 * for judging, signing and the way back.
 *
 * @param deadlines of the asker's call and of its questions; at least one
 */
export function memberDeadline(now: Date, deadlines: readonly Date[]): Date {
  const end = Math.min(...deadlines.map((deadline) => deadline.getTime()));
  const margin = Math.min(MOST_MS, Math.max(LEAST_MS, (end - now.getTime()) * SHARE));
  return new Date(end - margin);
}

/** The deadline that a caller set; one that set none is bounded by its question's alone. */
export function callDeadline(call: { getDeadline(): Date | number }): Date[] {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? [new Date(deadline)] : [];
}
