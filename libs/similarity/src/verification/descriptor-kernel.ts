import { DESCRIPTOR_LENGTH, MAX_FEATURES } from '#libs/registry';
import { DESCRIPTOR_KERNEL_CODE } from './descriptor-kernel-code.js';
import type { DescriptorParts } from './descriptor-parts.js';

/** Attitudes in the kernel's order. */
export const ATTITUDES = [
  { mirrored: false, halfTurned: false },
  { mirrored: true, halfTurned: false },
  { mirrored: false, halfTurned: true },
  { mirrored: true, halfTurned: true },
] as const;

/** Told of one pair that is alike enough: features of query and candidate, the attitude's index, similarity up to 1. */
export type OnAlike = (query: number, candidate: number, attitude: number, similarity: number) => void;

type Match = (
  query: number,
  factor: number,
  rows: number,
  factors: number,
  count: number,
  threshold: number,
  indices: number,
  values: number,
) => number;

const PAGE = 65_536;
const ROW_BYTES = DESCRIPTOR_LENGTH * Int16Array.BYTES_PER_ELEMENT;
const [QUERY, ROWS] = [0, MAX_FEATURES * ROW_BYTES];
const FACTORS = ROWS + MAX_FEATURES * ROW_BYTES;
const INDICES = FACTORS + MAX_FEATURES * 4;
const VALUES = Math.ceil((INDICES + MAX_FEATURES * 4) / 16) * 16;
const END = VALUES + MAX_FEATURES * 16;

const memory = new WebAssembly.Memory({ initial: Math.ceil(END / PAGE) });
const rows = new Int16Array(memory.buffer, ROWS, MAX_FEATURES * DESCRIPTOR_LENGTH);
const queries = new Int16Array(memory.buffer, QUERY, MAX_FEATURES * DESCRIPTOR_LENGTH);
const factors = new Float32Array(memory.buffer, FACTORS, MAX_FEATURES);
const indices = new Uint32Array(memory.buffer, INDICES, MAX_FEATURES);
const values = new Float32Array(memory.buffer, VALUES, MAX_FEATURES * ATTITUDES.length);
const match = instantiate();

function instantiate(): Match {
  const code = new WebAssembly.Module(Buffer.from(DESCRIPTOR_KERNEL_CODE, 'base64'));
  const { match: exported } = new WebAssembly.Instance(code, { pair: { memory } }).exports;
  if (!exported)
    throw new Error('the descriptor kernel lacks its function: assemble descriptor-kernel.wat again');
  return exported;
}

/**
 * Tells of all pairs of descriptors whose similarity reaches the threshold in one of the four attitudes, query by query.
 * Integers are summed before anything is rounded: the same on every processor.
 */
export function findAlike(
  query: DescriptorParts,
  candidate: DescriptorParts,
  threshold: number,
  on: OnAlike,
): void {
  queries.set(query.parts);
  rows.set(candidate.parts);
  factors.set(candidate.factors);
  const count = candidate.factors.length;
  query.factors.forEach((factor, i) => {
    const found = match(QUERY + i * ROW_BYTES, factor, ROWS, FACTORS, count, threshold, INDICES, VALUES);
    for (let n = 0; n < found; n++) {
      for (let attitude = 0; attitude < ATTITUDES.length; attitude++) {
        const similarity = values[n * ATTITUDES.length + attitude]!;
        if (similarity >= threshold) on(i, indices[n]!, attitude, similarity);
      }
    }
  });
}
