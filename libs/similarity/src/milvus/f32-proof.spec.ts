import fc from 'fast-check';
import { f32ScoreError, provenComplete } from './f32-proof.js';

describe('the error of an f32 inner product', () => {
  it('covers the sum in any order, up to 4,096 numbers', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(2, 16, 256, 4_096),
        fc.integer(),
        fc.boolean(),
        (dimension, seed, forward) => {
          const random = generator(seed);
          const [a, b] = [unit(random, dimension), unit(random, dimension)];
          const products = Array.from(a, (value, at) => Math.fround(value * (b[at] ?? 0)));
          if (!forward) products.sort((x, y) => y - x);
          const rough = products.reduce((sum, value) => Math.fround(sum + value), 0);
          const exact = a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
          expect(Math.abs(rough - exact)).toBeLessThanOrEqual(f32ScoreError(dimension));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is small beside the distances that thresholds are made of', () => {
    expect(f32ScoreError(256)).toBeGreaterThan(256 * 2 ** -24);
    expect(f32ScoreError(256)).toBeLessThan(2e-5);
  });
});

describe('the proof that nothing is missing', () => {
  const error = f32ScoreError(256);

  it('needs a last hit above all that was left out, the error included', () => {
    expect(provenComplete(0.5, 0.5 + 2 * error, error)).toBe(true);
    expect(provenComplete(0.5, 0.5 + error, error)).toBe(false);
    expect(provenComplete(0.5, undefined, error)).toBe(false);
  });

  it('never holds among equals', () => {
    expect(provenComplete(1, 1, error)).toBe(false);
    expect(provenComplete(1.0004, 1, error)).toBe(false);
  });
});

function unit(random: () => number, dimension: number): Float32Array {
  const vector = Float32Array.from({ length: dimension }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
