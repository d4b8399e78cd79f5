import { type Point } from '../geometry/path.js';

/** [a, b, c, d, e, f] as SVG's matrix(): x' = a x + c y + e, y' = b x + d y + f. */
export type Affine = readonly [number, number, number, number, number, number];

/** First `inner`, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

export function apply([a, b, c, d, e, f]: Affine, [x, y]: Point): Point {
  return [a * x + c * y + e, b * x + d * y + f];
}

export function translation(x: number, y: number): Affine {
  return [1, 0, 0, 1, x, y];
}

/** Scales, turns clockwise by radians, then moves to (x, y). */
export function placing(x: number, y: number, scale: number, turn: number): Affine {
  const [c, s] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  return [c, s, -s, c, x, y];
}
