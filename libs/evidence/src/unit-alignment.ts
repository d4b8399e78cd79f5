import { labOf } from './colour.js';
import { invert, move, type Placing, type Point } from './placing.js';
import { colourOfPattern, type ColourUnit } from './repeat-unit.js';

/** Side of the grid on which two units are held against each other. */
const GRID = 32;
/** How far a known phase may be corrected, in grid steps. */
const CORRECTION = 4;
/** Most that a pattern may have been stretched in one direction against the other. */
const MAX_STRETCH = 1.35;

/** How two repeat units lie on each other. */
export interface UnitAlignment {
  /** From the query's analysis frame to the candidate's, but for whole repeats. */
  readonly placing: Placing;
  /** Correlation of the drawings, colour aside, -1 to 1. */
  readonly correlation: number;
}

/**
 * Finds how the query's repeat unit lies on the candidate's: by the placing where it is known, its phase corrected a little;
 * else the best of the eight ways to lay one lattice on the other, in any phase.
 * @returns undefined if the lattices cannot lie on each other without being stretched
 */
export function alignUnits(
  query: ColourUnit,
  candidate: ColourUnit,
  placing: Placing | null,
): UnitAlignment | undefined {
  const own = drawingOf(candidate, (point) => colourOfPattern(candidate, ...point));
  const ways = placing ? [placing] : latticeWays(query, candidate);
  return ways
    .flatMap((way) => align(query, candidate, own, way, placing ? CORRECTION : GRID / 2))
    .sort((one, other) => other.correlation - one.correlation)[0];
}

function align(
  query: ColourUnit,
  { a, b }: ColourUnit,
  own: Float32Array,
  way: Placing,
  reach: number,
): UnitAlignment[] {
  const back = invert(way);
  if (!back) return [];
  const other = drawingOf({ a, b }, (point) => colourOfPattern(query, ...move(back, point)));
  let best = { correlation: -Infinity, right: 0, down: 0 };
  for (let down = -reach; down <= reach; down++)
    for (let right = -reach; right <= reach; right++) {
      const correlation = circularProduct(own, other, right, down);
      if (correlation > best.correlation) best = { correlation, right, down };
    }
  // The candidate at p is the query's drawing at p + shift.
  const [right, down] = [best.right / GRID, best.down / GRID];
  const shifted = {
    ...way,
    e: way.e - right * a[0] - down * b[0],
    f: way.f - right * a[1] - down * b[1],
  };
  return [{ placing: shifted, correlation: best.correlation }];
}

/** The placings without shift that lay the query's two vectors on the candidate's two, in either order and direction. */
function latticeWays(query: ColourUnit, { a, b }: ColourUnit): Placing[] {
  const opposite = ([x, y]: Point): Point => [-x, -y];
  const determinant = query.a[0] * query.b[1] - query.a[1] * query.b[0];
  return [
    [a, b],
    [b, a],
  ].flatMap(([first, second]) => {
    if (!first || !second) return [];
    return [first, opposite(first)].flatMap((one) =>
      [second, opposite(second)].flatMap((other): Placing[] => {
        const way = {
          a: (one[0] * query.b[1] - other[0] * query.a[1]) / determinant,
          b: (other[0] * query.a[0] - one[0] * query.b[0]) / determinant,
          c: (one[1] * query.b[1] - other[1] * query.a[1]) / determinant,
          d: (other[1] * query.a[0] - one[1] * query.b[0]) / determinant,
          e: 0,
          f: 0,
        };
        return stretchOf(way) <= MAX_STRETCH ? [way] : [];
      }),
    );
  });
}

/** Ratio of the two singular values. */
function stretchOf({ a, b, c, d }: Placing): number {
  const squares = a * a + b * b + c * c + d * d;
  const area = Math.abs(a * d - b * c);
  const root = Math.sqrt(Math.max(0, squares ** 2 - 4 * area ** 2));
  return Math.sqrt((squares + root) / Math.max(1e-9, squares - root));
}

/** Strength of the lightness's gradient over one unit, on GRID x GRID points, less its mean and of length 1; so a recoloured drawing stays itself. */
function drawingOf(
  { a, b }: Pick<ColourUnit, 'a' | 'b'>,
  colour: (point: Point) => readonly [number, number, number],
): Float32Array {
  const lightness = Float32Array.from({ length: GRID ** 2 }, (_, at) => {
    const [u, v] = [(at % GRID) / GRID, Math.floor(at / GRID) / GRID];
    return labOf(colour([u * a[0] + v * b[0], u * a[1] + v * b[1]]))[0];
  });
  const value = (u: number, v: number): number =>
    lightness[((v + GRID) % GRID) * GRID + ((u + GRID) % GRID)] ?? 0;
  const strength = lightness.map((_, at) => {
    const [u, v] = [at % GRID, Math.floor(at / GRID)];
    return Math.hypot(value(u + 1, v) - value(u - 1, v), value(u, v + 1) - value(u, v - 1));
  });
  const mean = strength.reduce((sum, one) => sum + one, 0) / strength.length;
  const length = Math.sqrt(strength.reduce((sum, one) => sum + (one - mean) ** 2, 0));
  return strength.map((one) => (length < 1e-6 ? 0 : (one - mean) / length));
}

function circularProduct(own: Float32Array, other: Float32Array, right: number, down: number): number {
  let sum = 0;
  for (let v = 0; v < GRID; v++) {
    const row = ((v + down + GRID) % GRID) * GRID;
    for (let u = 0; u < GRID; u++)
      sum += (own[v * GRID + u] ?? 0) * (other[row + ((u + right + GRID) % GRID)] ?? 0);
  }
  return sum;
}
