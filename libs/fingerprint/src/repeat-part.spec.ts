import { describe, expect, it } from '@jest/globals';
import { CELL_SIDE, RegistryError, type RepeatUnit } from '#libs/registry';
import { readRepeat, writeRepeat } from './repeat-part.js';

/** A square repeat of 40 pixels, but for `change`. */
function squares(change: Partial<RepeatUnit> = {}): RepeatUnit {
  return { a: [40, 0], b: [0, 40], strength: 1, cell: new Uint8Array(CELL_SIDE ** 2).fill(9), ...change };
}

function edited(edit: (part: Buffer) => unknown): Buffer {
  const part = writeRepeat(squares());
  edit(part);
  return part;
}

describe('a repeat unit as bytes', () => {
  it('comes back as it was written', () => {
    expect(readRepeat(writeRepeat(squares()))).toEqual(squares());
  });

  it.each<[string, Buffer, RegExp]>([
    ['a byte cut off', writeRepeat(squares()).subarray(1), /2323 bytes, not 2324/],
    ['NaN', edited((part) => part.writeFloatLE(NaN, 4)), /vector of NaN/],
    ['a vector of no length', edited((part) => part.fill(0, 0, 8)), /vector of 0 pixels, not 1 to 543/],
    ['a vector too long', edited((part) => part.writeFloatLE(900, 0)), /900 pixels/],
    ['both vectors in one line', edited((part) => part.copyWithin(8, 0, 8)), /two vectors lie in one line/],
    ['a strength of 2', edited((part) => part.writeFloatLE(2, 16)), /strength is 2, not 0 to 1/],
    ['a strength of NaN', edited((part) => part.writeFloatLE(NaN, 16)), /strength is NaN/],
  ])('is not read with %s', (_name, part, problem) => {
    expect(() => readRepeat(part)).toThrow(RegistryError);
    expect(() => readRepeat(part)).toThrow(problem);
  });

  it.each<[string, Partial<RepeatUnit>, RegExp]>([
    ['a cell of another size', { cell: new Uint8Array(9) }, /9 samples, not 2304/],
    ['a vector of no length', { a: [0, 0] }, /vector of 0 pixels/],
    ['a vector of infinite length', { b: [0, Infinity] }, /Infinity pixels/],
    ['both vectors in one line', { b: [-80, 0.01] }, /one line/],
    ['a strength under 0', { strength: -0.1 }, /strength is -0.1/],
  ])('is not written with %s', (_name, change, problem) => {
    expect(() => writeRepeat(squares(change))).toThrow(RegistryError);
    expect(() => writeRepeat(squares(change))).toThrow(problem);
  });
});
