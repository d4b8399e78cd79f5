import { type Autocorrelation } from './autocorrelation.js';
import { type Vector } from './lattice.js';

/** A shift by which a picture resembles itself more than by any shift around it. */
export interface Peak {
  readonly at: Vector;
  /** Correlation there. */
  readonly height: number;
}

/** Correlation at a shift rounded to whole pixels, on either side of no shift; null out of reach. */
export function correlationAt(
  { reachX, reachY, values }: Autocorrelation,
  x: number,
  y: number,
): number | null {
  const side = y < -0.5 ? -1 : 1;
  const dx = Math.round(side * x);
  const dy = Math.round(side * y);
  if (dx < -reachX || dx > reachX || dy < 0 || dy > reachY) return null;
  return values[dy * (2 * reachX + 1) + dx + reachX] ?? null;
}

/**
 * Peaks on one side of no shift: the highest and, of those at least half as high as the highest, the nearest. The highest alone
 * may be far multiples of the shortest shifts.
 * @param nearest shifts shorter than this are left out, pixels
 * @param most of each sort
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
  const highest = peaks.toSorted((p, q) => q.height - p.height);
  const half = (highest[0]?.height ?? 0) / 2;
  const near = peaks.filter(({ height }) => height >= half).sort((p, q) => squared(p.at) - squared(q.at));
  return [...new Set([...highest.slice(0, most), ...near.slice(0, most)])];
}

function squared([x, y]: Vector): number {
  return x * x + y * y;
}

/** The top of the hill nearest to a shift, to a part of a pixel; null if there is none within `reach` pixels. */
export function climb(correlation: Autocorrelation, near: Vector, reach: number): Peak | null {
  let [x, y, height] = [0, 0, -Infinity];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const value = correlationAt(correlation, near[0] + dx, near[1] + dy);
      if (value !== null && value > height)
        [x, y, height] = [Math.round(near[0]) + dx, Math.round(near[1]) + dy, value];
    }
  const left = correlationAt(correlation, x - 1, y);
  const right = correlationAt(correlation, x + 1, y);
  const up = correlationAt(correlation, x, y - 1);
  const down = correlationAt(correlation, x, y + 1);
  if (left === null || right === null || up === null || down === null) return null;
  if (Math.max(left, right, up, down) > height) return null;
  const across = vertex(left, height, right);
  const along = vertex(up, height, down);
  return { at: [x + across.shift, y + along.shift], height: height + across.rise + along.rise };
}

/** The top of the parabola through three values one apart, relative to the middle one. */
function vertex(before: number, middle: number, after: number): { shift: number; rise: number } {
  const bend = before - 2 * middle + after;
  if (bend >= 0) return { shift: 0, rise: 0 };
  const slope = (after - before) / 2;
  return { shift: -slope / bend, rise: -(slope * slope) / (2 * bend) };
}
