import type { LocalFeatures } from '#libs/registry';
import type { Placing } from './find-placings.js';
import type { Affine } from './pair-match.js';

/** With fewer features than this in both pictures' common part, a high share of them says little. */
const LEAST = 12;

/**
 * Share of the features in the common part of two pictures, of the side that has fewer there, that support a placing, 0 to 1. Two
 * patterns on one lattice agree in the lattice and in little else; a copy agrees in most of what both show.
 */
export function density(
  placing: Placing | undefined,
  query: LocalFeatures,
  candidate: LocalFeatures,
): number {
  if (!placing) return 0;
  const common = Math.min(
    countInside(query, placing.affine, candidate),
    countInside(candidate, inverse(placing.affine), query),
  );
  return Math.min(1, placing.support.length / Math.max(LEAST, common));
}

/** Features that a placing brings into the other picture's frame. */
function countInside(
  { count, x, y }: LocalFeatures,
  { a, b, c, d, e, f }: Affine,
  frame: { readonly width: number; readonly height: number },
): number {
  let inside = 0;
  for (let i = 0; i < count; i++) {
    const toX = a * x[i]! + b * y[i]! + e;
    const toY = c * x[i]! + d * y[i]! + f;
    if (toX >= 0 && toX <= frame.width && toY >= 0 && toY <= frame.height) inside++;
  }
  return inside;
}

/** A placing is plausible (fit-affine.ts), so its determinant is not 0. */
function inverse({ a, b, c, d, e, f }: Affine): Affine {
  const determinant = a * d - b * c;
  const [p, q, r, s] = [d / determinant, -b / determinant, -c / determinant, a / determinant];
  return { a: p, b: q, c: r, d: s, e: -(p * e + q * f), f: -(r * e + s * f) };
}
