import { SIFT_KERNEL_CODE } from './sift-kernel-code.js';

/** The functions of sift-kernel.wat over one memory; arguments and layout there. */
export interface SiftKernel {
  /** Interleaved codes, one row after the other. */
  readonly spread: (codes: number, groups: number, width: number, rows: number) => number;
  /** Keeps the rows that may be among the highest of their query. */
  readonly sift: (
    dots: number,
    rows: number,
    width: number,
    first: number,
    scales: number,
    residuals: number,
    queries: number,
    stride: number,
    lists: number,
    room: number,
    heaps: number,
    limit: number,
    margin: number,
  ) => number;
}

const compiled = new WebAssembly.Module(Buffer.from(SIFT_KERNEL_CODE, 'base64'));

/** The kernel over `memory`. */
export function siftKernel(memory: WebAssembly.Memory): SiftKernel {
  const { spread, sift } = new WebAssembly.Instance(compiled, { index: { memory } }).exports;
  if (!spread || !sift) throw new Error('the sift kernel lacks a function: assemble sift-kernel.wat again');
  return { spread, sift };
}
