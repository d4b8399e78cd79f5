import { describe, expect, it } from '@jest/globals';
import { DESCRIPTOR_LENGTH, emptyFeatures, RegistryError, type LocalFeatures } from '#libs/registry';
import { readFeatures, writeFeatures } from './features-part.js';

/** One feature in a frame of 384 x 200 pixels, but for `change`. */
function one(change: Partial<LocalFeatures> = {}): LocalFeatures {
  return {
    width: 384,
    height: 200,
    count: 1,
    x: Float32Array.of(192),
    y: Float32Array.of(100),
    scale: Float32Array.of(2),
    angle: Float32Array.of(1),
    descriptors: new Uint8Array(DESCRIPTOR_LENGTH).fill(7),
    colours: Uint8Array.of(200, 30, 30),
    ...change,
  };
}

function edited(edit: (part: Buffer) => unknown): Buffer {
  const part = writeFeatures(one());
  edit(part);
  return part;
}

describe('local features as bytes', () => {
  it('may be none', () => {
    expect(readFeatures(writeFeatures(emptyFeatures(384, 1)))).toEqual(emptyFeatures(384, 1));
  });

  it('lie on the very edge of the frame, at an angle of pi, which is that of 0', () => {
    const edge = one({ x: Float32Array.of(384), y: Float32Array.of(0), angle: Float32Array.of(Math.PI) });
    expect(readFeatures(writeFeatures(edge))).toMatchObject({
      x: Float32Array.of(384),
      y: Float32Array.of(0),
      angle: Float32Array.of(0),
    });
  });

  it.each<[string, Buffer, RegExp]>([
    ['half a header', writeFeatures(one()).subarray(0, 3), /features are truncated/],
    ['a feature cut off', writeFeatures(one()).subarray(0, -1), /46 bytes, not 47/],
    ['bytes behind the last', Buffer.concat([writeFeatures(one()), Buffer.of(0)]), /48 bytes, not 47/],
    ['301 features', edited((part) => part.writeUInt16LE(301, 4)), /301 local features, at most 300/],
    ['a frame without width', edited((part) => part.writeUInt16LE(0, 0)), /width is 0, not/],
    ['a frame too high', edited((part) => part.writeUInt16LE(385, 2)), /height is 385/],
    [
      'a place outside the frame',
      edited((part) => part.writeUInt16LE(200 * 64 + 1, 8)),
      /feature 0 lies at 200.015625, outside the frame's 0 to 200/,
    ],
  ])('are not read with %s', (_name, part, problem) => {
    expect(() => readFeatures(part)).toThrow(RegistryError);
    expect(() => readFeatures(part)).toThrow(problem);
  });

  it.each<[string, Partial<LocalFeatures>, RegExp]>([
    ['301 features', { count: 301 }, /301 local features/],
    ['half a feature', { count: 0.5 }, /0.5 local features/],
    ['a frame of 0.5 pixels', { width: 0.5 }, /width is 0.5/],
    ['a frame of 400 pixels', { height: 400 }, /height is 400/],
    ['fewer angles than places', { angle: new Float32Array() }, /0 values of angle, not 1/],
    ['half a descriptor', { descriptors: new Uint8Array(32) }, /32 values, not 1 times 64/],
    ['a place left of the frame', { x: Float32Array.of(-0.1) }, /outside/],
    ['a place below the frame', { y: Float32Array.of(200.5) }, /outside the frame's 0 to 200/],
    ['a place at NaN', { y: Float32Array.of(NaN) }, /lies at NaN/],
    ['a scale of 0', { scale: Float32Array.of(0) }, /scale 0, not 0.25 to 138 pixels/],
    ['a scale of 500', { scale: Float32Array.of(500) }, /scale 500/],
    ['an angle of 4', { angle: Float32Array.of(4) }, /angle 4, not 0 to pi/],
    ['an angle of NaN', { angle: Float32Array.of(NaN) }, /angle NaN/],
    ['a level of 16', { descriptors: new Uint8Array(DESCRIPTOR_LENGTH).fill(16, 5, 6) }, /the value 16/],
  ])('are not written with %s', (_name, change, problem) => {
    expect(() => writeFeatures(one(change))).toThrow(RegistryError);
    expect(() => writeFeatures(one(change))).toThrow(problem);
  });
});
