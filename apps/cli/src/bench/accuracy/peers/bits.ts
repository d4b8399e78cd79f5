const WORD = 32;

/** One bit a value, in words of 32: whether it lies above the threshold. */
export function bitsAbove(values: ArrayLike<number>, threshold: number): Uint32Array {
  const words = new Uint32Array(Math.ceil(values.length / WORD));
  for (let at = 0; at < values.length; at++)
    if ((values[at] ?? 0) > threshold) words[at >> 5] = (words[at >> 5] ?? 0) | (1 << (at & 31));
  return words;
}

/** Bits in which two of the same length differ; of the second `length` words from `start`. */
export function differingBits(a: Uint32Array, b: Uint32Array, start = 0, length = b.length): number {
  let count = 0;
  for (let at = 0; at < length; at++) {
    let bits = (a[at] ?? 0) ^ (b[start + at] ?? 0);
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
