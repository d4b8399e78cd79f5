/** x then y, pixels. */
export type Vector = readonly [number, number];

/** All sums of whole multiples of two independent vectors. */
export interface Lattice {
  readonly a: Vector;
  readonly b: Vector;
}

export function cross(a: Vector, b: Vector): number {
  return a[0] * b[1] - a[1] * b[0];
}

export function length(v: Vector): number {
  return Math.sqrt(v[0] * v[0] + v[1] * v[1]);
}

/** The point `i` a + `j` b. */
export function latticePoint({ a, b }: Lattice, i: number, j: number): Vector {
  return [i * a[0] + j * b[0], i * a[1] + j * b[1]];
}

/**
 * The same lattice by its two shortest vectors (Gauss): |a| <= |b|, at 60 to 90 degrees, a pointing right or straight down and b
 * clockwise of it on the screen.
 */
export function reduceLattice({ a, b }: Lattice): Lattice {
  let [short, long] = length(a) <= length(b) ? [a, b] : [b, a];
  for (let step = 0; step < 64; step++) {
    const times = Math.round(dot(short, long) / dot(short, short));
    const rest: Vector = [long[0] - times * short[0], long[1] - times * short[1]];
    if (length(rest) >= length(short) * (1 - 1e-9)) {
      long = rest;
      break;
    }
    [short, long] = [rest, short];
  }
  if (dot(short, long) < 0) long = [-long[0], -long[1]];
  const right = short[0] > 0 || (short[0] === 0 && short[1] > 0);
  if (!right) [short, long] = [negative(short), negative(long)];
  return { a: short, b: cross(short, long) >= 0 ? long : negative(long) };
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1];
}

function negative([x, y]: Vector): Vector {
  return [0 - x, 0 - y];
}
