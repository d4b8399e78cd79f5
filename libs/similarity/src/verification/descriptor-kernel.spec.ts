import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import openWabt from 'wabt';
import { DESCRIPTOR_LENGTH, type LocalFeatures } from '#libs/registry';
import { ATTITUDES, findAlike } from './descriptor-kernel.js';
import { DESCRIPTOR_KERNEL_CODE } from './descriptor-kernel-code.js';
import { partsOf } from './descriptor-parts.js';

/** Features that have nothing but descriptors. */
function described(descriptors: readonly Uint8Array[]): LocalFeatures {
  const none = new Float32Array(descriptors.length);
  return {
    width: 384,
    height: 384,
    count: descriptors.length,
    x: none,
    y: none,
    scale: none,
    angle: none,
    descriptors: Uint8Array.from(descriptors.flatMap((one) => [...one])),
    colours: new Uint8Array(descriptors.length * 3),
  };
}

/** The descriptor of the mirrored or half-turned surroundings, cell by cell. */
function inAttitude(descriptor: Uint8Array, attitude: number): Uint8Array {
  const { mirrored, halfTurned } = ATTITUDES[attitude] ?? ATTITUDES[0];
  const moved = new Uint8Array(DESCRIPTOR_LENGTH);
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++)
      for (let direction = 0; direction < 4; direction++) {
        const toRow = mirrored === halfTurned ? row : 3 - row;
        const toColumn = halfTurned ? 3 - column : column;
        const toDirection = mirrored ? (4 - direction) % 4 : direction;
        moved[(toRow * 4 + toColumn) * 4 + toDirection] = descriptor[(row * 4 + column) * 4 + direction] ?? 0;
      }
  return moved;
}

function cosine(a: Uint8Array, b: Uint8Array): number {
  const dot = (x: Uint8Array, y: Uint8Array): number =>
    x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

const descriptor = fc
  .uint8Array({ minLength: DESCRIPTOR_LENGTH, maxLength: DESCRIPTOR_LENGTH, max: 15 })
  .filter((values) => values.some((value) => value > 0));

describe('the descriptor kernel', () => {
  it('is what its readable source assembles to', async () => {
    const wabt = await openWabt();
    const path = join(process.cwd(), 'libs/similarity/src/verification/descriptor-kernel.wat');
    const { buffer } = wabt
      .parseWat('descriptor-kernel.wat', await readFile(path, 'utf8'), { simd: true })
      .toBinary({});
    expect(DESCRIPTOR_KERNEL_CODE).toBe(Buffer.from(buffer).toString('base64'));
  });

  it('gives the cosine of two descriptors in each of four attitudes', () => {
    fc.assert(
      fc.property(
        fc.array(descriptor, { minLength: 1, maxLength: 5 }),
        fc.array(descriptor, { minLength: 1, maxLength: 5 }),
        (queries, candidates) => {
          const found = new Map<string, number>();
          findAlike(
            partsOf(described(queries)),
            partsOf(described(candidates)),
            0,
            (query, candidate, attitude, similarity) =>
              found.set(`${query} ${candidate} ${attitude}`, similarity),
          );
          expect(found.size).toBe(queries.length * candidates.length * ATTITUDES.length);
          queries.forEach((query, i) =>
            candidates.forEach((candidate, j) =>
              ATTITUDES.forEach((_, attitude) =>
                expect(found.get(`${i} ${j} ${attitude}`)).toBeCloseTo(
                  cosine(query, inAttitude(candidate, attitude)),
                  5,
                ),
              ),
            ),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('tells of nothing below the threshold', () => {
    const [a, b] = [new Uint8Array(64).fill(0), new Uint8Array(64).fill(0)];
    a[0] = 15;
    b[5] = 15;
    let told = 0;
    findAlike(partsOf(described([a])), partsOf(described([b])), 0.5, () => (told += 1));
    expect(told).toBe(0);
  });
});
