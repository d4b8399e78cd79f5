import { SIFT_KERNEL_CODE } from './sift-kernel-code.js';

/** Keeps the scores that may be among the highest of their query; arguments and layout in sift-kernel.wat. */
export type Sift = (
  scores: number,
  rows: number,
  queries: number,
  first: number,
  thresholds: number,
  counts: number,
  excluded: number,
  lists: number,
  room: number,
  heaps: number,
  limit: number,
  slack: number,
) => number;

const compiled = new WebAssembly.Module(Buffer.from(SIFT_KERNEL_CODE, 'base64'));

/** The kernel over `memory`. */
export function siftKernel(memory: WebAssembly.Memory): Sift {
  const { sift } = new WebAssembly.Instance(compiled, { index: { memory } }).exports;
  if (!sift) throw new Error('the sift kernel lacks its function: assemble sift-kernel.wat again');
  return sift;
}
