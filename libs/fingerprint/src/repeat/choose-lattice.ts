import { type Autocorrelation } from './autocorrelation.js';
import { cross, type Lattice, latticePoint, length, reduceLattice } from './lattice.js';
import { climb, correlationAt, findPeaks, type Peak } from './peaks.js';

/** Shortest vector of a lattice, pixels of the correlated picture. */
const SHORTEST = 6;
/** Lowest correlation of a peak. */
const LOWEST = 0.12;
/** Peaks of which pairs are tried: this many of the highest and of the nearest. */
const PEAKS = 14;
/** Lattice points are judged up to this many vectors away. */
const NEIGHBOURS = 2;
/** A denser lattice is preferred to the best one if its points are at least this share as high. */
const NEARLY = 0.85;
/** Least area of a cell as a share of the product of its sides: below, vectors are next to parallel. */
const OPENEST = 0.3;

/** A lattice and how it stands out. */
export interface ChosenLattice {
  readonly lattice: Lattice;
  /** Mean correlation at its points near by, less that on the way to them in the direction where the difference is least. */
  readonly prominence: number;
}

/** The densest lattice whose points are about as high as any lattice's; null if no two peaks span one. */
export function chooseLattice(correlation: Autocorrelation): ChosenLattice | null {
  const peaks = findPeaks(correlation, SHORTEST, LOWEST, PEAKS);
  const tried: { lattice: Lattice; height: number; area: number }[] = [];
  for (const [i, first] of peaks.entries())
    for (const second of peaks.slice(i + 1)) {
      const lattice = spanned(first, second);
      if (lattice === null) continue;
      const height = meanHeight(correlation, lattice);
      if (height !== null) tried.push({ lattice, height, area: cross(lattice.a, lattice.b) });
    }
  const highest = tried.reduce((top, { height }) => Math.max(top, height), 0);
  const good = tried.filter(({ height }) => height >= NEARLY * highest);
  const smallest = good.reduce((least, { area }) => Math.min(least, area), Infinity);
  // the same lattice comes from many pairs of peaks, each a little off
  const best = good
    .filter(({ area }) => area < smallest * 1.2)
    .reduce<(typeof good)[number] | null>((top, one) => (top && top.height >= one.height ? top : one), null);
  if (best === null) return null;
  const lattice = reduceLattice(fit(correlation, best.lattice));
  const height = meanHeight(correlation, lattice);
  return height === null ? null : { lattice, prominence: height - highestWay(correlation, lattice) };
}

function spanned(first: Peak, second: Peak): Lattice | null {
  const [f, s] = [first.at, second.at];
  if (Math.abs(cross(f, s)) < 0.15 * length(f) * length(s)) return null;
  const lattice = reduceLattice({ a: f, b: s });
  const { a, b } = lattice;
  return length(a) < SHORTEST || cross(a, b) < OPENEST * length(a) * length(b) ? null : lattice;
}

/** Mean correlation at the lattice's points near by, on top of the hill where there is one; null if a or b is out of reach. */
function meanHeight(correlation: Autocorrelation, lattice: Lattice): number | null {
  let sum = 0;
  let count = 0;
  for (let i = 0; i <= NEIGHBOURS; i++)
    for (let j = i === 0 ? 1 : -NEIGHBOURS; j <= NEIGHBOURS; j++) {
      const point = latticePoint(lattice, i, j);
      const height = climb(correlation, point, 1)?.height ?? correlationAt(correlation, point[0], point[1]);
      if (height === null) {
        if (Math.abs(i) + Math.abs(j) === 1) return null;
        continue;
      }
      sum += height;
      count++;
    }
  return sum / count;
}

/** Mean correlation over the middle of the way to a neighbouring lattice point, along the way where it is highest. */
function highestWay(correlation: Autocorrelation, lattice: Lattice): number {
  const ways = [
    [0, 1],
    [1, 0],
    [1, -1],
    [1, 1],
  ] as const;
  return Math.max(
    ...ways.map(([i, j]) => {
      const end = latticePoint(lattice, i, j);
      const on = [0.35, 0.425, 0.5, 0.575, 0.65].flatMap(
        (share) => correlationAt(correlation, end[0] * share, end[1] * share) ?? [],
      );
      return on.reduce((sum, value) => sum + value, 0) / Math.max(1, on.length);
    }),
  );
}

/** Vectors that meet the peaks best, near ones first and then ever farther ones, so that no point is mistaken for the next. */
function fit(correlation: Autocorrelation, start: Lattice): Lattice {
  let lattice = start;
  for (const far of [1, 2, 4, 8]) {
    // normal equations of: peak = i a + j b, weighted by height
    let [ii, ij, jj, ix, iy, jx, jy] = [0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i <= far; i++)
      for (let j = i === 0 ? 1 : -far; j <= far; j++) {
        const peak = climb(correlation, latticePoint(lattice, i, j), 2);
        if (peak === null || peak.height <= 0) continue;
        const { at, height } = peak;
        ii += height * i * i;
        ij += height * i * j;
        jj += height * j * j;
        ix += height * i * at[0];
        iy += height * i * at[1];
        jx += height * j * at[0];
        jy += height * j * at[1];
      }
    const determinant = ii * jj - ij * ij;
    if (determinant < 1e-6 * ii * jj || determinant === 0) continue;
    lattice = {
      a: [(ix * jj - jx * ij) / determinant, (iy * jj - jy * ij) / determinant],
      b: [(jx * ii - ix * ij) / determinant, (jy * ii - iy * ij) / determinant],
    };
  }
  return lattice;
}
