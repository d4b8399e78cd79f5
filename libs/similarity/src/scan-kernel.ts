import { SCAN_KERNEL_CODE } from './scan-kernel-code.js';

/** Positions and bounds of the rows whose upper bound reaches `threshold`; arguments and layout in scan-kernel.wat. */
export type Scan = (
  query: number,
  width: number,
  rows: number,
  groups: number,
  scales: number,
  residuals: number,
  scale: number,
  norm: number,
  threshold: number,
  found: number,
  room: number,
) => number;

/** Codes of one vector, and its sizes; arguments in scan-kernel.wat. */
export type Encode = (
  vector: number,
  dimension: number,
  codes: number,
  scale: number,
  perCode: number,
  sizes: number,
) => number;

/** The functions of scan-kernel.wat over one memory. */
export interface ScanKernel {
  readonly scan: Scan;
  readonly encode: Encode;
  /** Reads every byte from `from` to `to` once; both multiples of 64, `to` the larger. */
  readonly read: (from: number, to: number) => number;
}

const compiled = new WebAssembly.Module(Buffer.from(SCAN_KERNEL_CODE, 'base64'));

/** The kernel over a shared memory. */
export function scanKernel(memory: WebAssembly.Memory): ScanKernel {
  const { scan, read, encode } = new WebAssembly.Instance(compiled, { index: { memory } }).exports;
  if (!scan || !read || !encode)
    throw new Error('the scan kernel lacks a function: assemble scan-kernel.wat again');
  return { scan, read, encode };
}
