import { type FourierPlan, planFourier, transform } from './fourier.js';
import { sumTable } from './plane.js';
import type { Plane } from '../plane.js';

/** How much a picture is like itself, shifted: one value for each shift (dx, dy) of -reachX..reachX, 0..reachY pixels. */
export interface Autocorrelation {
  readonly reachX: number;
  readonly reachY: number;
  /** Rows of 2 reachX + 1 values, -1 to 1: the correlation coefficient of the two parts that lie on each other. */
  readonly values: Float32Array;
}

const plans = new Map<number, FourierPlan>();

/**
 * Zero-padded, so that nothing comes round the edge.
 * @param plane at most 256 pixels a side
 */
export function autocorrelate(plane: Plane, reachX: number, reachY: number): Autocorrelation {
  const products = shiftedProducts(plane, reachX, reachY);
  const { width, height } = plane;
  const sums = sumTable(plane);
  const squares = sumTable(plane, true);
  const over = (table: Float64Array, left: number, right: number, top: number, bottom: number) =>
    (table[bottom * (width + 1) + right] ?? 0) -
    (table[bottom * (width + 1) + left] ?? 0) -
    (table[top * (width + 1) + right] ?? 0) +
    (table[top * (width + 1) + left] ?? 0);
  const columns = 2 * reachX + 1;
  for (let dy = 0; dy <= reachY; dy++) {
    for (let dx = -reachX; dx <= reachX; dx++) {
      const near = Math.max(0, -dx);
      const far = Math.min(width, width - dx);
      const area = (far - near) * (height - dy);
      const first = over(sums, near, far, 0, height - dy);
      const second = over(sums, near + dx, far + dx, dy, height);
      const spreads =
        (over(squares, near, far, 0, height - dy) - (first * first) / area) *
        (over(squares, near + dx, far + dx, dy, height) - (second * second) / area);
      const i = dy * columns + dx + reachX;
      const product = (products[i] ?? 0) - (first * second) / area;
      products[i] = spreads > 0 ? product / Math.sqrt(spreads) : 0;
    }
  }
  return { reachX, reachY, values: products };
}

/** Sums over all pixels of value(x, y) value(x + dx, y + dy). */
function shiftedProducts(plane: Plane, reachX: number, reachY: number): Float32Array {
  const size = plane.width + reachX <= 256 && plane.height + reachY <= 256 ? 256 : 512;
  const plan = plans.get(size) ?? planFourier(size);
  plans.set(size, plan);
  const re = new Float64Array((size / 2 + 1) * size);
  const im = new Float64Array((size / 2 + 1) * size);
  transformRows(plan, plane, re, im);
  for (let column = 0; column <= size / 2; column++) transform(plan, re, im, column * size);
  for (let i = 0; i < re.length; i++) re[i] = (re[i] ?? 0) ** 2 + (im[i] ?? 0) ** 2;
  transformPowers(plan, re, im);
  return transformBack(plan, re, im, reachX, reachY);
}

/** Two rows at a time as one complex row; columns of the spectrum lie one after the other. */
function transformRows(plan: FourierPlan, plane: Plane, re: Float64Array, im: Float64Array): void {
  const size = plan.length;
  const { width, height, values } = plane;
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let y = 0; y < height; y += 2) {
    real.fill(0);
    imaginary.fill(0);
    real.set(values.subarray(y * width, (y + 1) * width));
    if (y + 1 < height) imaginary.set(values.subarray((y + 1) * width, (y + 2) * width));
    transform(plan, real, imaginary, 0);
    for (let k = 0; k <= size / 2; k++) {
      const mirror = (size - k) % size;
      const [r, i, mr, mi] = [real[k] ?? 0, imaginary[k] ?? 0, real[mirror] ?? 0, imaginary[mirror] ?? 0];
      re[k * size + y] = (r + mr) / 2;
      im[k * size + y] = (i - mi) / 2;
      re[k * size + y + 1] = (i + mi) / 2;
      im[k * size + y + 1] = (mr - r) / 2;
    }
  }
}

/** Each column of powers (in `re`) becomes its transform; two real columns at a time. Powers are even, so forward serves as backward. */
function transformPowers(plan: FourierPlan, re: Float64Array, im: Float64Array): void {
  const size = plan.length;
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let column = 0; column <= size / 2; column += 2) {
    const one = column * size;
    const two = one + size;
    real.set(re.subarray(one, two));
    if (column < size / 2) imaginary.set(re.subarray(two, two + size));
    else imaginary.fill(0);
    transform(plan, real, imaginary, 0);
    for (let k = 0; k < size; k++) {
      const mirror = (size - k) % size;
      const [r, i, mr, mi] = [real[k] ?? 0, imaginary[k] ?? 0, real[mirror] ?? 0, imaginary[mirror] ?? 0];
      re[one + k] = (r + mr) / 2;
      im[one + k] = (i - mi) / 2;
      if (column < size / 2) {
        re[two + k] = (i + mi) / 2;
        im[two + k] = (mr - r) / 2;
      }
    }
  }
}

/** Rows of shifts, two at a time: the second as the imaginary part of the first. */
function transformBack(
  plan: FourierPlan,
  re: Float64Array,
  im: Float64Array,
  reachX: number,
  reachY: number,
): Float32Array {
  const size = plan.length;
  const columns = 2 * reachX + 1;
  const products = new Float32Array(columns * (reachY + 1));
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let dy = 0; dy <= reachY; dy += 2) {
    for (let k = 0; k <= size / 2; k++) {
      const i = k * size + dy;
      const [r, m, nextR, nextM] = [re[i] ?? 0, im[i] ?? 0, re[i + 1] ?? 0, im[i + 1] ?? 0];
      real[k] = r - nextM;
      imaginary[k] = m + nextR;
      const mirror = (size - k) % size;
      if (mirror === k) continue;
      real[mirror] = r + nextM;
      imaginary[mirror] = nextR - m;
    }
    transform(plan, real, imaginary, 0);
    for (let dx = -reachX; dx <= reachX; dx++) {
      const i = (dx + size) % size;
      products[dy * columns + dx + reachX] = (real[i] ?? 0) / size ** 2;
      if (dy < reachY) products[(dy + 1) * columns + dx + reachX] = (imaginary[i] ?? 0) / size ** 2;
    }
  }
  return products;
}
