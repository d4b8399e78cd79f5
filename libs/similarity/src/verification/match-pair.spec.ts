import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DESCRIPTOR_LENGTH, FRAME, type Fingerprint, type LocalFeatures } from '#libs/registry';
import { matchPair } from './match-pair.js';

const COUNT = 120;

/** Seeded numbers of 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Features like none of another seed's, all over the frame. */
function features(seed: number): LocalFeatures {
  const next = numbers(seed);
  const many = (value: () => number): Float32Array => Float32Array.from({ length: COUNT }, value);
  return {
    width: FRAME,
    height: FRAME,
    count: COUNT,
    x: many(() => 120 + next() * 144),
    y: many(() => 120 + next() * 144),
    scale: many(() => 2 + next() * 6),
    angle: many(() => next() * Math.PI),
    // Few values are large, as in pictures: no two descriptors are alike by chance.
    descriptors: Uint8Array.from({ length: COUNT * DESCRIPTOR_LENGTH }, () => 15 * next() ** 4),
    colours: Uint8Array.from({ length: COUNT * 3 }, () => next() * 256),
  };
}

interface Change {
  readonly mirrored: boolean;
  /** Degrees, counter-clockwise. */
  readonly rotation: number;
  readonly scale: number;
  readonly shift: readonly [number, number];
}

/** The features of the picture mirrored, then turned about the middle of the frame and made larger, then shifted. */
function changed(original: LocalFeatures, { mirrored, rotation, scale, shift }: Change): LocalFeatures {
  const turn = (rotation * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  const side = mirrored ? -1 : 1;
  const moved = {
    ...original,
    x: new Float32Array(COUNT),
    y: new Float32Array(COUNT),
    angle: new Float32Array(COUNT),
  };
  const descriptors = new Uint8Array(original.descriptors);
  for (let i = 0; i < COUNT; i++) {
    const [x, y] = [side * (original.x[i]! - FRAME / 2), original.y[i]! - FRAME / 2];
    moved.x[i] = cos * x + sin * y + FRAME / 2 + shift[0];
    moved.y[i] = -sin * x + cos * y + FRAME / 2 + shift[1];
    const direction = (mirrored ? Math.PI - original.angle[i]! : original.angle[i]!) - turn;
    const halfTurns = Math.floor(direction / Math.PI);
    moved.angle[i] = direction - halfTurns * Math.PI;
    descriptors.set(
      attitude(
        original.descriptors.subarray(i * DESCRIPTOR_LENGTH, (i + 1) * DESCRIPTOR_LENGTH),
        mirrored,
        halfTurns % 2 !== 0,
      ),
      i * DESCRIPTOR_LENGTH,
    );
  }
  return { ...moved, descriptors, scale: original.scale.map((size) => size * scale) };
}

/**
 * A descriptor with its cells seen mirrored, half-turned or both. Mirroring left and right keeps the main direction's line and turns its
 * sense; seen along the new direction, across is the other way round or along is, by the half turn.
 */
function attitude(descriptor: Uint8Array, mirrored: boolean, halfTurned: boolean): Uint8Array {
  const seen = new Uint8Array(DESCRIPTOR_LENGTH);
  descriptor.forEach((value, at) => {
    const [row, column, direction] = [at >> 4, (at >> 2) & 3, at & 3];
    const along = halfTurned ? 3 - column : column;
    const across = halfTurned === mirrored ? row : 3 - row;
    seen[(across * 4 + along) * 4 + (mirrored ? (4 - direction) % 4 : direction)] = value;
  });
  return seen;
}

function fingerprint(of: LocalFeatures): Fingerprint {
  const embedding = new Float32Array(256);
  embedding[0] = 1;
  return { modelDigest: `sha256:${'0'.repeat(64)}`, embedding, features: of, repeat: null };
}

describe('matching two fingerprints', () => {
  it('finds how a copy lies on its original', () => {
    fc.assert(
      fc.property(
        fc.record({
          mirrored: fc.boolean(),
          rotation: fc.integer({ min: 0, max: 359 }),
          scale: fc.double({ min: 0.4, max: 2.5, noNaN: true }),
          shift: fc.tuple(fc.integer({ min: -60, max: 60 }), fc.integer({ min: -60, max: 60 })),
        }),
        fc.integer({ min: 1, max: 1_000 }),
        (change, seed) => {
          const original = features(seed);
          const match = matchPair(fingerprint(original), fingerprint(changed(original, change)));
          expect(match.evidence.inliers).toBe(COUNT);
          expect(match.transform?.mirrored).toBe(change.mirrored);
          const off = Math.abs((match.transform?.rotation ?? 0) - change.rotation);
          expect(Math.min(off, 360 - off)).toBeLessThan(0.5);
          expect(match.transform?.scale).toBeCloseTo(change.scale, 1);
          expect(match.transform?.recoloured).toBe(false);
          expect(match.score).toBeGreaterThan(0.9);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('finds nothing that lies on another pattern, whose embedding may be as like as can be', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const match = matchPair(fingerprint(features(seed)), fingerprint(features(seed + 500)));
      expect(match).toMatchObject({ transform: null, matchedShare: { query: 0, candidate: 0 }, pairs: [] });
    }
  });

  it('scores every kind of evidence upwards', () => {
    const [original, other] = [features(7), features(8)];
    const half = { ...changed(original, { mirrored: false, rotation: 30, scale: 1, shift: [0, 0] }) };
    half.descriptors.set(other.descriptors.subarray(0, (COUNT * DESCRIPTOR_LENGTH) / 2));
    const [none, some, all] = [other, half, original].map((candidate) =>
      matchPair(fingerprint(original), fingerprint(candidate)),
    );
    expect(some?.score).toBeGreaterThan(none?.score ?? 1);
    expect(all?.score).toBeGreaterThan(some?.score ?? 1);
    expect(some?.matchedShare.query).toBeLessThanOrEqual(all?.matchedShare.query ?? 0);
  });

  it('follows motifs that were moved apart, each by its own way', () => {
    const original = features(9);
    const [one, two] = [
      changed(original, { mirrored: false, rotation: 0, scale: 1, shift: [-90, 0] }),
      changed(original, { mirrored: false, rotation: 0, scale: 1, shift: [100, 60] }),
    ];
    const left = (i: number): boolean => (original.x[i] ?? 0) < FRAME / 2;
    const apart = {
      ...one,
      x: one.x.map((x, i) => (left(i) ? x : two.x[i]!)),
      y: one.y.map((y, i) => (left(i) ? y : two.y[i]!)),
    };
    const match = matchPair(fingerprint(original), fingerprint(apart));
    expect(match.pairs).toHaveLength(COUNT);
    expect(match.evidence.inliers).toBeLessThan(COUNT);
  });

  it('says that colours were exchanged, and not that the light was another', () => {
    const original = features(10);
    const darker = { ...original, colours: original.colours.map((value) => value * 0.8) };
    const inverted = { ...original, colours: original.colours.map((value) => 255 - value) };
    const recoloured = [darker, inverted].map(
      (candidate) => matchPair(fingerprint(original), fingerprint(candidate)).transform?.recoloured,
    );
    expect(recoloured).toEqual([false, true]);
  });

  it('takes a picture without features', () => {
    const none = {
      ...features(1),
      count: 0,
      x: new Float32Array(),
      y: new Float32Array(),
      scale: new Float32Array(),
      angle: new Float32Array(),
      descriptors: new Uint8Array(),
      colours: new Uint8Array(),
    };
    expect(matchPair(fingerprint(none), fingerprint(features(2))).pairs).toEqual([]);
  });
});
