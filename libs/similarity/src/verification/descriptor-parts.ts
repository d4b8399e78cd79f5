import { DESCRIPTOR_LENGTH, type LocalFeatures } from '#libs/registry';

/** Descriptors taken apart by symmetry, in the order that descriptor-kernel.wat reads. */
export interface DescriptorParts {
  /** count x DESCRIPTOR_LENGTH. */
  readonly parts: Int16Array;
  /** One over each descriptor's length; 0 for an empty one. */
  readonly factors: Float32Array;
}

const CELLS = 4;
const DIRECTIONS = 4;
const SYMMETRIES = 4;

/**
 * A mirrored or half-turned copy has the same descriptor with its cells and directions exchanged. Sums and differences over the four
 * exchanges (the characters of Klein's group) make the similarity in all four attitudes one pass.
 */
export function partsOf({ count, descriptors }: LocalFeatures): DescriptorParts {
  const parts = new Int16Array(count * DESCRIPTOR_LENGTH);
  const factors = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const from = i * DESCRIPTOR_LENGTH;
    let squares = 0;
    for (let k = 0; k < DESCRIPTOR_LENGTH; k++) squares += descriptors[from + k]! * descriptors[from + k]!;
    // Each part is twice as long as it ought to be, so a product of two is four times as large.
    factors[i] = squares === 0 ? 0 : 0.5 / Math.sqrt(squares);
    for (let orbit = 0; orbit < ORBITS.length / SYMMETRIES; orbit++) {
      const a = descriptors[from + ORBITS[orbit * SYMMETRIES]!]!;
      const b = descriptors[from + ORBITS[orbit * SYMMETRIES + 1]!]!;
      const c = descriptors[from + ORBITS[orbit * SYMMETRIES + 2]!]!;
      const d = descriptors[from + ORBITS[orbit * SYMMETRIES + 3]!]!;
      const at = from + (orbit >> 1) * 8 + (orbit & 1);
      parts[at] = a + b + c + d;
      parts[at + 2] = a + b - c - d;
      parts[at + 4] = a - b + c - d;
      parts[at + 6] = a - b - c + d;
    }
  }
  return { parts, factors };
}

/** Indices of each value, and of where it goes half-turned, mirrored across the main direction, and both. */
const ORBITS = Uint8Array.from(
  Array.from({ length: DESCRIPTOR_LENGTH / SYMMETRIES }, (_, orbit) => {
    const direction = orbit % DIRECTIONS;
    const column = (orbit >> 2) & 1;
    const row = orbit >> 3;
    const opposite = (DIRECTIONS - direction) % DIRECTIONS;
    const at = (r: number, c: number, d: number): number => (r * CELLS + c) * DIRECTIONS + d;
    return [
      at(row, column, direction),
      at(CELLS - 1 - row, CELLS - 1 - column, direction),
      at(CELLS - 1 - row, column, opposite),
      at(row, CELLS - 1 - column, opposite),
    ];
  }).flat(),
);
