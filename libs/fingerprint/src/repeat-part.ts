import { CELL_SIDE, FRAME, type RepeatUnit } from '#libs/registry';
import { refusal } from './format-refusal.js';

const F32 = Float32Array.BYTES_PER_ELEMENT;
const CELL_AT = 5 * F32;
const PART_BYTES = CELL_AT + CELL_SIDE ** 2;
/** Pixels: a shorter repeat than this cannot be seen, a longer one than the frame's diagonal does not show twice. */
const LEAST_PERIOD = 1;
const MOST_PERIOD = FRAME * Math.SQRT2;
/** Least sine of the angle between the two vectors; reduced ones have 0.866 and more. */
const LEAST_SINE = 0.1;

/**
 * The byte form of a repeat unit: the two vectors (x and y of each, pixels of the frame) and the strength as f32, then the
 * cell's CELL_SIDE x CELL_SIDE bytes.
 * @throws RegistryError INVALID_INPUT (field "fingerprint") for what has no such form
 */
export function writeRepeat({ a, b, strength, cell }: RepeatUnit): Buffer {
  if (cell.length !== CELL_SIDE ** 2) {
    throw refusal(`its repeat unit has ${cell.length} samples, not ${CELL_SIDE ** 2}`);
  }
  const part = Buffer.alloc(PART_BYTES);
  [...a, ...b, strength].forEach((value, i) => part.writeFloatLE(value, i * F32));
  part.set(cell, CELL_AT);
  // Whether it may be written is whether it can be read: rounding to f32 included.
  readRepeat(part);
  return part;
}

/**
 * Reads what `writeRepeat` wrote.
 * @throws RegistryError INVALID_INPUT (field "fingerprint") for anything else
 */
export function readRepeat(part: Buffer): RepeatUnit {
  if (part.length !== PART_BYTES) {
    throw refusal(`its repeat unit has ${part.length} bytes, not ${PART_BYTES}`);
  }
  const value = (i: number): number => part.readFloatLE(i * F32);
  const a = [value(0), value(1)] as const;
  const b = [value(2), value(3)] as const;
  const strength = value(4);
  assertLattice(a, b);
  assertStrength(strength);
  return { a, b, strength, cell: Uint8Array.from(part.subarray(CELL_AT)) };
}

function assertLattice(a: readonly [number, number], b: readonly [number, number]): void {
  const lengths = [Math.hypot(...a), Math.hypot(...b)] as const;
  for (const length of lengths) {
    if (!(length >= LEAST_PERIOD && length <= MOST_PERIOD)) {
      throw refusal(
        `its repeat has a vector of ${length} pixels, not ${LEAST_PERIOD} to ${Math.floor(MOST_PERIOD)}`,
      );
    }
  }
  const area = Math.abs(a[0] * b[1] - a[1] * b[0]);
  if (area < LEAST_SINE * lengths[0] * lengths[1]) {
    throw refusal("its repeat's two vectors lie in one line");
  }
}

function assertStrength(strength: number): void {
  if (!(strength >= 0 && strength <= 1)) throw refusal(`its repeat's strength is ${strength}, not 0 to 1`);
}
