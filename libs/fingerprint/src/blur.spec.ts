import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import openWabt from 'wabt';
import { BLUR_KERNEL_CODE } from './blur-kernel-code.js';
import { blur } from './blur.js';
import type { Plane } from './plane.js';

const plane = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.integer({ min: 0, max: 255 }), { minLength: width * height, maxLength: width * height })
      .map((values): Plane => ({ width, height, values: Float32Array.from(values) })),
  );
const deviation = fc.double({ min: 0.3, max: 9, noNaN: true });

/** Each value the weighted mean of all around it, by the definition. */
function plainly({ width, height, values }: Plane, sigma: number, reach: number): number[] {
  const radius = Math.max(1, Math.ceil(reach * sigma));
  const weight = (k: number): number => Math.exp(-(k * k) / (2 * sigma * sigma));
  const around = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  const total = around.reduce((sum, k) => sum + weight(k), 0);
  const inside = (at: number, end: number): number => Math.max(0, Math.min(end - 1, at));
  return Array.from(values, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    let sum = 0;
    for (const down of around)
      for (const across of around)
        sum +=
          weight(down) *
          weight(across) *
          (values[inside(y + down, height) * width + inside(x + across, width)] ?? 0);
    return sum / total ** 2;
  });
}

describe('a blur', () => {
  it('is made by what its readable source assembles to', async () => {
    const wabt = await openWabt();
    const source = await readFile(join(process.cwd(), 'libs/fingerprint/src/blur-kernel.wat'), 'utf8');
    const { buffer } = wabt.parseWat('blur-kernel.wat', source, { simd: true }).toBinary({});
    expect(BLUR_KERNEL_CODE).toBe(Buffer.from(buffer).toString('base64'));
  });

  it('is the weighted mean of what lies around, the edge continued, for a plane of any size', () => {
    fc.assert(
      fc.property(plane, deviation, fc.constantFrom(2.5, 3), (picture, sigma, reach) => {
        const expected = plainly(picture, sigma, reach);
        const blurred = blur(picture, sigma, reach);
        expect([blurred.width, blurred.height]).toEqual([picture.width, picture.height]);
        const furthest = Math.max(...expected.map((value, i) => Math.abs(value - (blurred.values[i] ?? 0))));
        expect(furthest).toBeLessThan(1e-3);
      }),
      { numRuns: 40 },
    );
  });

  it('does not depend on what was blurred before', () => {
    fc.assert(
      fc.property(plane, plane, deviation, (picture, other, sigma) => {
        const first = blur(picture, sigma, 3);
        blur(other, sigma, 3);
        expect(blur(picture, sigma, 3)).toEqual(first);
      }),
    );
  });

  it('refuses to reach further than it can', () => {
    expect(() => blur({ width: 1, height: 1, values: Float32Array.of(1) }, 100, 3)).toThrow(RangeError);
  });
});
