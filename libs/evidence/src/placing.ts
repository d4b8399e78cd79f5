/** x' = a x + b y + e, y' = c x + d y + f, from the query's analysis frame to the candidate's, pixels. */
export interface Placing {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** x, y in pixels. */
export type Point = readonly [number, number];

/** Where a point comes to lie. */
export function move({ a, b, c, d, e, f }: Placing, [x, y]: Point): Point {
  return [a * x + b * y + e, c * x + d * y + f];
}

/** The way back; undefined for a placing that flattens the picture or has a number that is not finite. */
export function invert({ a, b, c, d, e, f }: Placing): Placing | undefined {
  const determinant = a * d - b * c;
  if (![a, b, c, d, e, f].every(Number.isFinite) || Math.abs(determinant) < 1e-6) return undefined;
  const back = { a: d / determinant, b: -b / determinant, c: -c / determinant, d: a / determinant };
  return { ...back, e: -(back.a * e + back.b * f), f: -(back.c * e + back.d * f) };
}

/** How much longer a line becomes in the mean of all directions. */
export function scaleOf({ a, b, c, d }: Placing): number {
  return Math.sqrt(Math.abs(a * d - b * c));
}

/** The corners of a picture, in order round it. */
export function corners({ width, height }: { readonly width: number; readonly height: number }): Point[] {
  return [
    [0, 0],
    [width - 1, 0],
    [width - 1, height - 1],
    [0, height - 1],
  ];
}
