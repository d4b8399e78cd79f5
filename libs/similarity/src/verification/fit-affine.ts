import type { LocalFeatures } from '#libs/registry';
import type { Correspondences } from './correspondences.js';
import type { Affine } from './pair-match.js';

/** Pulls a placing of few features towards one without shear. */
const STIFFNESS = 0.15;
const LEAST_GROWTH = 0.12;
const MOST_GROWTH = 8;
/** Most ratio of the lengths to which a placing brings equal lengths. */
const MOST_STRETCH = 1.8;

/**
 * Least squares over the pairs of places. A similarity first; then the affine that deviates from it as far as the pairs ask for.
 * @param pairs indices of correspondences
 * @returns undefined for pairs that lie in one point
 */
export function fitAffine(
  query: LocalFeatures,
  candidate: LocalFeatures,
  { query: from, candidate: to, mirrored: mirrorings }: Correspondences,
  pairs: readonly number[],
): Affine | undefined {
  const n = pairs.length;
  const mirrored = pairs.filter((one) => mirrorings[one] === 1).length * 2 > n;
  let [fromX, fromY, toX, toY] = [0, 0, 0, 0];
  for (const one of pairs) {
    const [i, j] = [from[one]!, to[one]!];
    fromX += query.x[i]! / n;
    fromY += query.y[i]! / n;
    toX += candidate.x[j]! / n;
    toY += candidate.y[j]! / n;
  }
  let [xx, xy, yy, ux, uy, vx, vy] = [0, 0, 0, 0, 0, 0, 0];
  for (const one of pairs) {
    const [i, j] = [from[one]!, to[one]!];
    const [x, y] = [query.x[i]! - fromX, query.y[i]! - fromY];
    const [u, v] = [candidate.x[j]! - toX, candidate.y[j]! - toY];
    xx += x * x;
    xy += x * y;
    yy += y * y;
    ux += u * x;
    uy += u * y;
    vx += v * x;
    vy += v * y;
  }
  const spread = xx + yy;
  if (!(spread > 0)) return undefined;
  // The similarity, mirrored or not: the nearest matrix of the form (p, -q, q, p), its second column turned over if mirrored.
  const side = mirrored ? -1 : 1;
  const p = (ux + side * vy) / spread;
  const q = (vx - side * uy) / spread;
  const [a0, b0, c0, d0] = [p, -side * q, q, side * p];
  const ridge = STIFFNESS * spread;
  const [sxx, syy] = [xx + ridge, yy + ridge];
  const determinant = sxx * syy - xy * xy;
  const solve = (tx: number, ty: number): [number, number] => [
    (tx * syy - ty * xy) / determinant,
    (ty * sxx - tx * xy) / determinant,
  ];
  const [a, b] = solve(ux + ridge * a0, uy + ridge * b0);
  const [c, d] = solve(vx + ridge * c0, vy + ridge * d0);
  return { a, b, c, d, e: toX - a * fromX - b * fromY, f: toY - c * fromX - d * fromY };
}

/** Growth of lengths under a placing. */
export function growthOf({ a, b, c, d }: Affine): number {
  return Math.sqrt(Math.abs(a * d - b * c));
}

/** Whether a copier's placing can be so: neither tiny nor huge nor squeezed. */
export function isPlausible(affine: Affine): boolean {
  const growth = growthOf(affine);
  if (!(growth >= LEAST_GROWTH && growth <= MOST_GROWTH)) return false;
  const { a, b, c, d } = affine;
  // Singular values s1 >= s2: s1^2 + s2^2 = sum of squares, s1 s2 = growth^2.
  const stretch = (a * a + b * b + c * c + d * d) / (2 * growth * growth);
  return stretch <= (MOST_STRETCH + 1 / MOST_STRETCH) / 2;
}
