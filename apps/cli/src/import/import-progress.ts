import { SingleBar } from 'cli-progress';

const WINDOW_MS = 10_000;
const LINE_EVERY_MS = 5_000;

/** What an import has done so far. */
export interface ImportCounts {
  imported: number;
  updated: number;
  unchanged: number;
  rejected: number;
}

/** Where progress is shown; a terminal or not. */
export type ProgressOutput = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Shows how an import gets on. */
export interface ImportProgress {
  /** Once for each row that is done. */
  advance(counts: Readonly<ImportCounts>): void;
  close(): void;
}

/**
 * A bar with rate and remaining time on a terminal, a line every five seconds elsewhere.
 * @param total rows, 0 or more
 * @param now milliseconds from any fixed point
 */
export function showProgress(
  output: ProgressOutput,
  total: number,
  now: () => number = () => performance.now(),
): ImportProgress {
  const pace = new Pace(total, now);
  return output.isTTY ? bar(output, total, pace) : lines(output, total, pace, now);
}

/** For programs: shows nothing. */
export const silentProgress: ImportProgress = { advance: () => undefined, close: () => undefined };

function bar(output: ProgressOutput, total: number, pace: Pace): ImportProgress {
  const single = new SingleBar({
    stream: output,
    format: '{bar} {percentage}% | {value}/{total} | {pace} | {rejected} rejected',
    hideCursor: true,
    fps: 5,
  });
  single.start(total, 0, { pace: '', rejected: 0 });
  return {
    advance: (counts) =>
      single.update(doneOf(counts), { pace: pace.at(doneOf(counts)), rejected: counts.rejected }),
    close: () => single.stop(),
  };
}

function lines(output: ProgressOutput, total: number, pace: Pace, now: () => number): ImportProgress {
  let next = now() + LINE_EVERY_MS;
  return {
    advance: (counts) => {
      const text = pace.at(doneOf(counts));
      if (now() < next) return;
      next = now() + LINE_EVERY_MS;
      output.write(`${doneOf(counts)}/${total} rows, ${text}, ${counts.rejected} rejected\n`);
    },
    close: () => undefined,
  };
}

function doneOf({ imported, updated, unchanged, rejected }: Readonly<ImportCounts>): number {
  return imported + updated + unchanged + rejected;
}

/** Rate and remaining time over the last ten seconds: rows that were there already pass much faster than new ones. */
class Pace {
  readonly #marks: { at: number; done: number }[];

  constructor(
    private readonly total: number,
    private readonly now: () => number,
  ) {
    this.#marks = [{ at: now(), done: 0 }];
  }

  at(done: number): string {
    const at = this.now();
    const last = this.#marks.at(-1);
    if (!last || at - last.at >= 200) this.#marks.push({ at, done });
    while (this.#marks.length > 2 && (this.#marks[1]?.at ?? at) < at - WINDOW_MS) this.#marks.shift();
    const first = this.#marks[0] ?? { at, done };
    const perSecond = at > first.at ? ((done - first.done) * 1000) / (at - first.at) : 0;
    if (perSecond === 0) return '';
    const left = (this.total - done) / perSecond;
    return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s | ${duration(left)} left`;
  }
}

/** "3 h 05 min", "4 min 10 s", "12 s". */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  return minutes > 0 ? `${minutes} min ${String(rest).padStart(2, '0')} s` : `${rest} s`;
}
