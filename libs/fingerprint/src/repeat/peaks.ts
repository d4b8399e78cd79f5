import { type Autocorrelation } from './autocorrelation.js';
import { type Vector } from './lattice.js';

/** A shift by which a picture resembles itself more than by any shift around it. */
export interface Peak {
  readonly at: Vector;
  /** Correlation there. */
  readonly height: number;
}

/** Correlation at a shift rounded to whole pixels, on either side of no shift; null out of reach. */
export function correlationAt({ reachX, reachY, values }: Autocorrelation, [x, y]: Vector): number | null {
  const [dx, dy] = y < -0.5 ? [Math.round(-x), Math.round(-y)] : [Math.round(x), Math.round(y)];
  if (dx < -reachX || dx > reachX || dy < 0 || dy > reachY) return null;
  return values[dy * (2 * reachX + 1) + dx + reachX] ?? null;
}

/**
 * The highest peaks on one side of no shift, the highest first.
 * @param nearest shifts shorter than this are left out, pixels
 */
export function findPeaks(
  { reachX, reachY, values }: Autocorrelation,
  nearest: number,
  lowest: number,
  most: number,
): Peak[] {
  const columns = 2 * reachX + 1;
  const peaks: Peak[] = [];
  for (let dy = 0; dy < reachY; dy++) {
    for (let dx = dy === 0 ? 1 : 1 - reachX; dx < reachX; dx++) {
      const i = dy * columns + dx + reachX;
      const height = values[i] ?? 0;
      if (height < lowest || dx * dx + dy * dy < nearest * nearest) continue;
      // above the axis lies, turned by half, what lies below it
      const above = dy === 0 ? columns - dx + reachX : i - columns;
      const around = [
        values[i - 1],
        values[above - 1],
        values[above],
        values[above + 1],
        values[i + 1],
        values[i + columns - 1],
        values[i + columns],
        values[i + columns + 1],
      ];
      if (around.every((value, at) => (at < 4 ? height > (value ?? 0) : height >= (value ?? 0))))
        peaks.push({ at: [dx, dy], height });
    }
  }
  return peaks.sort((p, q) => q.height - p.height).slice(0, most);
}

/** The top of the hill nearest to a shift, to a part of a pixel; null if there is none within `reach` pixels. */
export function climb(correlation: Autocorrelation, near: Vector, reach: number): Peak | null {
  const [x, y] = [Math.round(near[0]), Math.round(near[1])];
  let best: [number, number] = [x, y];
  let height = -Infinity;
  for (let dy = y - reach; dy <= y + reach; dy++)
    for (let dx = x - reach; dx <= x + reach; dx++) {
      const value = correlationAt(correlation, [dx, dy]);
      if (value !== null && value > height) [best, height] = [[dx, dy], value];
    }
  const at = (dx: number, dy: number) => correlationAt(correlation, [best[0] + dx, best[1] + dy]);
  const [left, right, up, down] = [at(-1, 0), at(1, 0), at(0, -1), at(0, 1)];
  if (left === null || right === null || up === null || down === null) return null;
  if (Math.max(left, right, up, down) > height) return null;
  return { at: [best[0] + vertex(left, height, right), best[1] + vertex(up, height, down)], height };
}

/** Where the parabola through three values one apart is highest, -0.5 to 0.5 from the middle one. */
function vertex(before: number, middle: number, after: number): number {
  const bend = before - 2 * middle + after;
  return bend < 0 ? (before - after) / (2 * bend) : 0;
}
