import { CELL_SIDE, type RepeatUnit } from '#libs/registry';

/** Highest frequency along each vector of a repeat unit, cycles. */
export const TOP = 12;
/** Frequencies of one row or column of a spectrum: -TOP to TOP. */
export const SPAN = 2 * TOP + 1;
/** Standard deviation of the low pass, cycles per square root of the cell's area: finer detail is lost in copies. */
const FINEST = 7;
/** Power of an amplitude that is taken away: 0 leaves strong frequencies strong, 1 makes all alike. */
const WHITENING = 0.5;

/** An amplitude that rounding may have left, in levels summed over the cell. */
const FAINTEST = 1e-3;

/** Frequencies (m, n) of a repeat unit along its two vectors, m from column to column; of Euclidean length 1, without mean. */
export interface CellSpectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const angles = Float64Array.from({ length: CELL_SIDE }, (_, i) => (-2 * Math.PI * i) / CELL_SIDE);
const cosines = angles.map(Math.cos);
const sines = angles.map(Math.sin);

/** Where frequency (m, n) lies in a spectrum. */
export function frequencyAt(m: number, n: number): number {
  return (n + TOP) * SPAN + m + TOP;
}

/** The cell's frequencies up to TOP, evened out and smoothed alike in all directions of the cloth. Flat cells have none. */
export function cellSpectrum({ a, b, cell }: RepeatUnit): CellSpectrum {
  const { re, im } = frequencies(cell);
  const area = Math.abs(a[0] * b[1] - a[1] * b[0]);
  // squared length of the frequency m a* + n b*, times the area
  const mm = (b[0] * b[0] + b[1] * b[1]) / area;
  const mn = (a[0] * b[0] + a[1] * b[1]) / area;
  const nn = (a[0] * a[0] + a[1] * a[1]) / area;
  let energy = 0;
  for (let n = -TOP; n <= TOP; n++)
    for (let m = -TOP; m <= TOP; m++) {
      const i = frequencyAt(m, n);
      const amplitude = Math.sqrt((re[i] ?? 0) ** 2 + (im[i] ?? 0) ** 2);
      const squared = m * m * mm - 2 * m * n * mn + n * n * nn;
      const weight =
        squared === 0 || amplitude < FAINTEST
          ? 0
          : Math.exp(-squared / (2 * FINEST ** 2)) / amplitude ** WHITENING;
      re[i] = (re[i] ?? 0) * weight;
      im[i] = (im[i] ?? 0) * weight;
      energy += (re[i] ?? 0) ** 2 + (im[i] ?? 0) ** 2;
    }
  const length = Math.sqrt(energy) || 1;
  return { re: re.map((value) => value / length), im: im.map((value) => value / length) };
}

function frequencies(cell: Uint8Array): { re: Float64Array; im: Float64Array } {
  const rowRe = new Float64Array((TOP + 1) * CELL_SIDE);
  const rowIm = new Float64Array((TOP + 1) * CELL_SIDE);
  for (let v = 0; v < CELL_SIDE; v++)
    for (let m = 0; m <= TOP; m++) {
      let real = 0;
      let imaginary = 0;
      for (let u = 0, at = 0; u < CELL_SIDE; u++, at = (at + m) % CELL_SIDE) {
        const value = cell[v * CELL_SIDE + u] ?? 0;
        real += value * (cosines[at] ?? 0);
        imaginary += value * (sines[at] ?? 0);
      }
      rowRe[m * CELL_SIDE + v] = real;
      rowIm[m * CELL_SIDE + v] = imaginary;
    }
  const re = new Float64Array(SPAN * SPAN);
  const im = new Float64Array(SPAN * SPAN);
  for (let m = 0; m <= TOP; m++)
    for (let n = -TOP; n <= TOP; n++) {
      let real = 0;
      let imaginary = 0;
      const step = (n + CELL_SIDE) % CELL_SIDE;
      for (let v = 0, at = 0; v < CELL_SIDE; v++, at = (at + step) % CELL_SIDE) {
        const [r, i] = [rowRe[m * CELL_SIDE + v] ?? 0, rowIm[m * CELL_SIDE + v] ?? 0];
        const [c, s] = [cosines[at] ?? 0, sines[at] ?? 0];
        real += r * c - i * s;
        imaginary += r * s + i * c;
      }
      re[frequencyAt(m, n)] = real;
      im[frequencyAt(m, n)] = imaginary;
      re[frequencyAt(-m, -n)] = real;
      im[frequencyAt(-m, -n)] = -imaginary;
    }
  return { re, im };
}
