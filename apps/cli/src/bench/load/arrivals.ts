import { setTimeout as pause } from 'node:timers/promises';

/** Waits shorter than this are not worth a timer, in milliseconds. */
const LEAST_WAIT_MS = 1;

/** How work arrives. */
export interface Arrivals {
  /** A second, on average. */
  readonly rate: number;
  readonly seconds: number;
  /** Under way at once; what arrives beyond it is not begun and counts as unsent. */
  readonly most: number;
  /** Draws from [0, 1). */
  readonly random: () => number;
}

/**
 * Begins work as it arrives, at random moments (a Poisson process), whatever has become of the work before it: a slow service gets no
 * fewer arrivals, and what waits to be begun has its time counted from its arrival.
 * @param begin told since when its work waits, by `performance.now()`; never rejects
 * @returns when the last is done: how many arrived, and of them how many were not begun
 */
export async function arrive(
  { rate, seconds, most, random }: Arrivals,
  begin: (arrivedAt: number, place: number) => Promise<void>,
): Promise<{ readonly arrived: number; readonly unsent: number }> {
  const underWay = new Set<Promise<void>>();
  const start = performance.now();
  const end = start + seconds * 1_000;
  let [arrived, unsent] = [0, 0];
  for (let due = start + gap(rate, random); due < end; due += gap(rate, random)) {
    const wait = due - performance.now();
    if (wait > LEAST_WAIT_MS) await pause(wait);
    arrived += 1;
    if (underWay.size >= most) {
      unsent += 1;
      continue;
    }
    const work = begin(due, arrived - 1).finally(() => underWay.delete(work));
    underWay.add(work);
  }
  await Promise.all(underWay);
  return { arrived, unsent };
}

/** Milliseconds to the next arrival. */
function gap(rate: number, random: () => number): number {
  return (-Math.log(1 - random()) / rate) * 1_000;
}
