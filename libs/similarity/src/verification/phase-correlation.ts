import { type CellSpectrum, frequencyAt, TOP } from './cell-spectrum.js';

/** Phases tried along each vector; a power of two above 2 TOP. */
const SIDE = 32;
const TURN = (2 * Math.PI) / SIDE;
const cosines = Float64Array.from({ length: SIDE }, (_, i) => Math.cos(TURN * i));
const sines = Float64Array.from({ length: SIDE }, (_, i) => Math.sin(TURN * i));
const re = new Float64Array(SIDE * SIDE);
const im = new Float64Array(SIDE * SIDE);

/** The best phase of one cell on another. */
export interface BestPhase {
  /** Correlation, -1 to 1. */
  readonly score: number;
  /** Shares of the candidate's two vectors by which the query's cell is shifted, 0 to 1. */
  readonly phase: readonly [number, number];
}

/** The query's cell on the candidate's in every phase: as it is, and turned by half. */
export function correlatePhases(
  query: CellSpectrum,
  candidate: CellSpectrum,
): readonly [BestPhase, BestPhase] {
  re.fill(0);
  im.fill(0);
  for (let n = -TOP; n <= TOP; n++)
    for (let m = -TOP; m <= TOP; m++) {
      const i = frequencyAt(m, n);
      const [qr, qi] = [query.re[i] ?? 0, query.im[i] ?? 0];
      const [cr, ci] = [candidate.re[i] ?? 0, candidate.im[i] ?? 0];
      // conj(q) c + i q c: both correlations are real, so one transform gives one as real, one as imaginary part
      const at = ((n + SIDE) % SIDE) * SIDE + ((m + SIDE) % SIDE);
      re[at] = qr * cr + qi * ci - (qr * ci + qi * cr);
      im[at] = qr * ci - qi * cr + (qr * cr - qi * ci);
    }
  for (let n = -TOP; n <= TOP; n++) inverse(((n + SIDE) % SIDE) * SIDE, 1);
  for (let column = 0; column < SIDE; column++) inverse(column, SIDE);
  return [highest(re), highest(im)];
}

/** Inverse transform in place, unscaled, of SIDE values `stride` apart. */
function inverse(from: number, stride: number): void {
  for (let i = 0, j = 0; i < SIDE; i++) {
    if (j > i) {
      exchange(re, from + i * stride, from + j * stride);
      exchange(im, from + i * stride, from + j * stride);
    }
    let bit = SIDE >> 1;
    while (bit > 0 && j & bit) {
      j ^= bit;
      bit >>= 1;
    }
    j ^= bit;
  }
  for (let half = 1; half < SIDE; half *= 2) {
    const turn = SIDE / (2 * half);
    for (let k = 0; k < half; k++) {
      const c = cosines[k * turn] ?? 0;
      const s = sines[k * turn] ?? 0;
      for (let n = k; n < SIDE; n += 2 * half) {
        const i = from + n * stride;
        const j = i + half * stride;
        const real = (re[j] ?? 0) * c - (im[j] ?? 0) * s;
        const imaginary = (re[j] ?? 0) * s + (im[j] ?? 0) * c;
        re[j] = (re[i] ?? 0) - real;
        im[j] = (im[i] ?? 0) - imaginary;
        re[i] = (re[i] ?? 0) + real;
        im[i] = (im[i] ?? 0) + imaginary;
      }
    }
  }
}

function exchange(values: Float64Array, i: number, j: number): void {
  const value = values[i] ?? 0;
  values[i] = values[j] ?? 0;
  values[j] = value;
}

function highest(values: Float64Array): BestPhase {
  let top = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[top] ?? 0)) top = i;
  const [x, y] = [top % SIDE, Math.floor(top / SIDE)];
  const at = (dx: number, dy: number) =>
    values[((y + dy + SIDE) % SIDE) * SIDE + ((x + dx + SIDE) % SIDE)] ?? 0;
  const across = vertex(at(-1, 0), at(0, 0), at(1, 0));
  const down = vertex(at(0, -1), at(0, 0), at(0, 1));
  return {
    score: at(0, 0) + across.rise + down.rise,
    phase: [wrap((x + across.shift) / SIDE), wrap((y + down.shift) / SIDE)],
  };
}

/** The top of the parabola through three values one apart, relative to the middle one. */
function vertex(before: number, middle: number, after: number): { shift: number; rise: number } {
  const bend = before - 2 * middle + after;
  if (bend >= 0) return { shift: 0, rise: 0 };
  const slope = (after - before) / 2;
  return { shift: -slope / bend, rise: -(slope * slope) / (2 * bend) };
}

function wrap(share: number): number {
  return share - Math.floor(share);
}
