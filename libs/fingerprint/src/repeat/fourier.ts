/** The discrete Fourier transform of one length, prepared. */
export interface FourierPlan {
  readonly length: number;
  /** Pairs of places to exchange before the butterflies. */
  readonly swaps: Int32Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

/** @param length a power of two */
export function planFourier(length: number): FourierPlan {
  const swaps: number[] = [];
  for (let i = 0; i < length; i++) {
    let reversed = 0;
    for (let bit = 1; bit < length; bit *= 2) reversed = reversed * 2 + (i & bit ? 1 : 0);
    if (reversed > i) swaps.push(i, reversed);
  }
  const turn = (-2 * Math.PI) / length;
  return {
    length,
    swaps: Int32Array.from(swaps),
    cosines: Float64Array.from({ length: length / 2 }, (_, i) => Math.cos(turn * i)),
    sines: Float64Array.from({ length: length / 2 }, (_, i) => Math.sin(turn * i)),
  };
}

/** Transforms forward, unscaled and in place, the `plan.length` complex values that begin at `from`. */
export function transform(plan: FourierPlan, re: Float64Array, im: Float64Array, from: number): void {
  const { length, swaps } = plan;
  for (let s = 0; s < swaps.length; s += 2) {
    const i = from + (swaps[s] ?? 0);
    const j = from + (swaps[s + 1] ?? 0);
    const real = re[i] ?? 0;
    const imaginary = im[i] ?? 0;
    re[i] = re[j] ?? 0;
    im[i] = im[j] ?? 0;
    re[j] = real;
    im[j] = imaginary;
  }
  for (let half = 1; half < length; half *= 2) joinHalves(plan, re, im, from, half);
}

function joinHalves(
  { length, cosines, sines }: FourierPlan,
  re: Float64Array,
  im: Float64Array,
  from: number,
  half: number,
): void {
  const stride = length / (2 * half);
  const end = from + length;
  for (let k = 0; k < half; k++) {
    const c = cosines[k * stride] ?? 0;
    const s = sines[k * stride] ?? 0;
    for (let i = from + k; i < end; i += 2 * half) {
      const j = i + half;
      const jr = re[j] ?? 0;
      const ji = im[j] ?? 0;
      const real = jr * c - ji * s;
      const imaginary = jr * s + ji * c;
      const ir = re[i] ?? 0;
      const ii = im[i] ?? 0;
      re[j] = ir - real;
      im[j] = ii - imaginary;
      re[i] = ir + real;
      im[i] = ii + imaginary;
    }
  }
}
