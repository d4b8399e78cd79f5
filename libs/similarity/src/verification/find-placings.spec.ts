import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DESCRIPTOR_LENGTH, FRAME, type LocalFeatures } from '#libs/registry';
import { findCorrespondences, prepareFeatures, type PreparedFeatures } from './correspondences.js';
import { ATTITUDES, findAlike } from './descriptor-kernel.js';
import { findPlacings } from './find-placings.js';
import { fitAffine, isPlausible } from './fit-affine.js';
import type { Affine } from './pair-match.js';

/** Seeded numbers of 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Features of few kinds, so that many look alike, anywhere in the frame. */
function features(seed: number, kinds: number, count: number): LocalFeatures {
  const next = numbers(seed);
  const many = (value: () => number): Float32Array => Float32Array.from({ length: count }, value);
  const own = Array.from({ length: kinds }, () =>
    Array.from({ length: DESCRIPTOR_LENGTH }, () => 15 * next() ** 3),
  );
  return {
    width: FRAME,
    height: FRAME,
    count,
    x: many(() => next() * FRAME),
    y: many(() => next() * FRAME),
    scale: many(() => 0.25 * 2 ** (next() * 6)),
    angle: many(() => next() * Math.PI),
    descriptors: Uint8Array.from(
      Array.from({ length: count }, (_, i) => own[i % kinds] ?? []).flatMap((descriptor) =>
        descriptor.map((value) => Math.max(0, Math.min(15, value + 2 * next() - 1))),
      ),
    ),
    colours: Uint8Array.from({ length: count * 3 }, () => next() * 256),
  };
}

/** Some of the features turned and made larger, every other one moved elsewhere; the others another picture's. */
function copied(from: LocalFeatures, seed: number, kept: number): LocalFeatures {
  const next = numbers(seed);
  const [turn, growth] = [next() * 2, 0.5 + next()];
  const [cos, sin] = [Math.cos(turn) * growth, Math.sin(turn) * growth];
  const copy = features(seed + 1, 7, from.count);
  for (let i = 0; i < from.count; i++) {
    if (next() > kept) continue;
    const [x, y] = [(from.x[i] ?? 0) - FRAME / 2, (from.y[i] ?? 0) - FRAME / 2];
    copy.x[i] = cos * x + sin * y + FRAME / 2 + 6 * next() + 50 * (i % 2);
    copy.y[i] = -sin * x + cos * y + FRAME / 2 + 6 * next();
    copy.scale[i] = (from.scale[i] ?? 1) * growth;
    copy.angle[i] = (from.angle[i] ?? 0) - turn;
    const at = i * DESCRIPTOR_LENGTH;
    copy.descriptors.set(from.descriptors.subarray(at, at + DESCRIPTOR_LENGTH), at);
  }
  return copy;
}

describe('the placings of a query on a candidate', () => {
  it('are to the bit those that the plain reckoning finds', () => {
    let several = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(2, 7, 30),
        fc.integer({ min: 0, max: 120 }),
        fc.constantFrom(0, 0.3, 0.9),
        (seed, kinds, count, kept) => {
          const query = prepareFeatures(features(seed, kinds, count));
          const candidate = prepareFeatures(copied(query.features, seed + 5, kept));
          const plain = plainCorrespondences(query, candidate);
          const found = findCorrespondences(query, candidate);
          expect([...found.query]).toEqual(plain.map((one) => one.query));
          expect([...found.candidate]).toEqual(plain.map((one) => one.candidate));
          expect([...found.similarity]).toEqual(plain.map(({ similarity }) => similarity));
          const expected = plainPlacings(query.features, candidate.features, plain);
          const placings = findPlacings(query.features, candidate.features, found);
          expect(placings).toEqual(
            expected.map(({ support, ...one }) => ({
              ...one,
              support: support.map((other) => plain.indexOf(other)),
            })),
          );
          if (placings.length > 1) several += 1;
        },
      ),
      { numRuns: 200, seed: 1 },
    );
    expect(several).toBeGreaterThan(20);
  });
});

// The plain reckoning: an object for each correspondence, every guess held against every one of them.

/** A feature of the query that looks like one of the candidate, and the placing that the two alone suggest. */
interface Correspondence {
  readonly query: number;
  readonly candidate: number;
  readonly similarity: number;
  readonly mirrored: boolean;
  /** Radians, of the candidate's first axis, in [0, 2 pi): where the query's x axis points. */
  readonly rotation: number;
  /** log2 of the candidate's size over the query's. */
  readonly growth: number;
  /** The linear part of the placing, row by row. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** Least similarity of two features. */
const LEAST_SIMILARITY = 0.94;
/** Most correspondences of one feature of the query. */
const MOST_EACH = 4;

/** For each feature of the query the most similar ones of the candidate, in any of four attitudes. */
function plainCorrespondences(query: PreparedFeatures, candidate: PreparedFeatures): Correspondence[] {
  const best: { candidate: number; attitude: number; similarity: number }[][] = Array.from(
    { length: query.features.count },
    () => [],
  );
  findAlike(query.parts, candidate.parts, LEAST_SIMILARITY, (from, to, attitude, similarity) => {
    const own = best[from]!;
    if (own.length === MOST_EACH && similarity <= own[MOST_EACH - 1]!.similarity) return;
    if (own.length === MOST_EACH) own.pop();
    const at = own.findIndex((one) => one.similarity < similarity);
    own.splice(at < 0 ? own.length : at, 0, { candidate: to, attitude, similarity });
  });
  return best.flatMap((own, from) =>
    own.map(({ candidate: to, attitude, similarity }) =>
      correspondence(query.features, candidate.features, from, to, attitude, similarity),
    ),
  );
}

/** A place's main direction and size carry the query's neighbourhood onto the candidate's. */
function correspondence(
  query: LocalFeatures,
  candidate: LocalFeatures,
  from: number,
  to: number,
  attitude: number,
  similarity: number,
): Correspondence {
  const { mirrored, halfTurned } = ATTITUDES[attitude]!;
  const ratio = candidate.scale[to]! / query.scale[from]!;
  const [cosFrom, sinFrom] = [Math.cos(query.angle[from]!), Math.sin(query.angle[from]!)];
  const [cosTo, sinTo] = [Math.cos(candidate.angle[to]!), Math.sin(candidate.angle[to]!)];
  // Along the main direction and across it; a mirrored copy across the other way, a half-turned one both.
  const along = halfTurned ? -ratio : ratio;
  const across = halfTurned === mirrored ? ratio : -ratio;
  const a = along * cosTo * cosFrom + across * sinTo * sinFrom;
  const b = along * cosTo * sinFrom - across * sinTo * cosFrom;
  const c = along * sinTo * cosFrom - across * cosTo * sinFrom;
  const d = along * sinTo * sinFrom + across * cosTo * cosFrom;
  const turn = Math.atan2(c, a);
  return {
    query: from,
    candidate: to,
    similarity,
    mirrored,
    rotation: turn < 0 ? turn + 2 * Math.PI : turn,
    growth: Math.log2(ratio),
    a,
    b,
    c,
    d,
  };
}

interface PlainPlacing {
  readonly affine: Affine;
  readonly support: readonly Correspondence[];
  /** Sum of the supporters' weights. */
  readonly weight: number;
}

/** Most placings: a repeat laid anew, or motifs moved, want several. */
const MOST_PLACINGS = 6;
/** Fewest features that support a placing. */
const LEAST_SUPPORT = 4;
/** Correspondences tried as a first guess. */
const MOST_GUESSES = 60;
/** How far a feature may lie from where it should, pixels of the analysis frame: by a guess near and far from its place, and in the end. */
const GUESS_NEAR = 7;
const GUESS_FAR = 0.08;
const NEAR = 7;
const REFINEMENTS = 3;
/** How far attitude and size may differ from a placing's. */
const MOST_TURN = 0.4;
const MOST_GROWTH = 0.5;

const ROTATION_BINS = 16;
const GROWTH_BIN = 0.5;
const MOST_ATTITUDES = 3;

/** How much a correspondence counts, 0 to 1: hardly at the least similarity, fully where the two are the same. */
function weightOf({ similarity }: Correspondence): number {
  return (Math.max(0, similarity - 0.9) * 10) ** 2;
}

/** The placings that most features agree on, the best first; each feature of the query supports at most one. */
function plainPlacings(
  query: LocalFeatures,
  candidate: LocalFeatures,
  correspondences: readonly Correspondence[],
): PlainPlacing[] {
  let left = correspondences;
  const placings: PlainPlacing[] = [];
  const used = { query: new Set<number>(), candidate: new Set<number>() };
  while (placings.length < MOST_PLACINGS) {
    const best = commonAttitudes(left)
      .map((group) => bestPlacing(query, candidate, group))
      .reduce((a, b) => ((b?.weight ?? 0) > (a?.weight ?? 0) ? b : a), undefined);
    if (!best) break;
    placings.push(best);
    for (const one of best.support) {
      used.query.add(one.query);
      used.candidate.add(one.candidate);
    }
    left = left.filter((one) => !used.query.has(one.query));
  }
  return placings;
}

/** Groups of correspondences alike in mirroring, rotation and growth: the fullest few (Lowe 2004, section 7.3). */
function commonAttitudes(correspondences: readonly Correspondence[]): Correspondence[][] {
  const votes = new Map<number, number>();
  for (const one of correspondences) {
    const turn = (one.rotation / (2 * Math.PI)) * ROTATION_BINS;
    const growth = one.growth / GROWTH_BIN;
    for (const bin of [Math.floor(turn - 0.5), Math.floor(turn + 0.5)])
      for (const size of [Math.floor(growth - 0.5), Math.floor(growth + 0.5)]) {
        const key = keyOf(one.mirrored, (bin + ROTATION_BINS) % ROTATION_BINS, size);
        votes.set(key, (votes.get(key) ?? 0) + weightOf(one));
      }
  }
  const fullest = [...votes].sort(([a, n], [b, m]) => m - n || a - b).slice(0, MOST_ATTITUDES * 3);
  const groups: { middle: [boolean, number, number]; members: Correspondence[] }[] = [];
  for (const [key] of fullest) {
    const [mirrored, turn, growth] = middleOf(key);
    if (
      groups.some(
        ({ middle }) =>
          middle[0] === mirrored && turnBetween(middle[1], turn) < 0.3 && Math.abs(middle[2] - growth) < 0.4,
      )
    )
      continue;
    groups.push({
      middle: [mirrored, turn, growth],
      members: correspondences.filter(
        (one) =>
          one.mirrored === mirrored &&
          turnBetween(one.rotation, turn) < MOST_TURN &&
          Math.abs(one.growth - growth) < MOST_GROWTH + GROWTH_BIN / 2,
      ),
    });
    if (groups.length === MOST_ATTITUDES) break;
  }
  return groups.map(({ members }) => members);
}

function keyOf(mirrored: boolean, turn: number, growth: number): number {
  return ((growth + 32) * ROTATION_BINS + turn) * 2 + (mirrored ? 1 : 0);
}

/** The middle of the two neighbouring bins that vote for a key. */
function middleOf(key: number): [boolean, number, number] {
  const turn = (key >> 1) % ROTATION_BINS;
  const growth = Math.floor((key >> 1) / ROTATION_BINS) - 32;
  return [
    (key & 1) === 1,
    (((turn + 1) % ROTATION_BINS) * 2 * Math.PI) / ROTATION_BINS,
    (growth + 1) * GROWTH_BIN,
  ];
}

/** Radians between two directions, 0 to pi. */
function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % (2 * Math.PI);
  return Math.min(turn, 2 * Math.PI - turn);
}

function bestPlacing(
  query: LocalFeatures,
  candidate: LocalFeatures,
  group: readonly Correspondence[],
): PlainPlacing | undefined {
  if (group.length < LEAST_SUPPORT) return undefined;
  const guesses = [...group].sort((a, b) => b.similarity - a.similarity).slice(0, MOST_GUESSES);
  let best: { support: Correspondence[]; weight: number } = { support: [], weight: 0 };
  for (const guess of guesses) {
    const affine = alone(query, candidate, guess);
    const support = agreeing(query, candidate, group, affine, guess);
    const weight = total(support);
    if (weight > best.weight) best = { support, weight };
  }
  return refine(query, candidate, group, best.support);
}

function refine(
  query: LocalFeatures,
  candidate: LocalFeatures,
  group: readonly Correspondence[],
  first: readonly Correspondence[],
): PlainPlacing | undefined {
  let support = first;
  let affine: Affine | undefined;
  for (let round = 0; round < REFINEMENTS; round++) {
    if (support.length < LEAST_SUPPORT) return undefined;
    affine = fitted(query, candidate, support);
    if (!affine || !isPlausible(affine)) return undefined;
    support = oneToOne(agreeing(query, candidate, group, affine, undefined));
  }
  if (!affine || support.length < LEAST_SUPPORT) return undefined;
  return { affine, support, weight: total(support) };
}

/** The placing that one correspondence suggests. */
function alone(query: LocalFeatures, candidate: LocalFeatures, one: Correspondence): Affine {
  const { a, b, c, d } = one;
  const [x, y] = [query.x[one.query]!, query.y[one.query]!];
  return {
    a,
    b,
    c,
    d,
    e: candidate.x[one.candidate]! - a * x - b * y,
    f: candidate.y[one.candidate]! - c * x - d * y,
  };
}

/** Of each feature of the query the correspondence that lies nearest where the placing puts it, if near enough. */
function agreeing(
  query: LocalFeatures,
  candidate: LocalFeatures,
  group: readonly Correspondence[],
  affine: Affine,
  guess: Correspondence | undefined,
): Correspondence[] {
  const best = new Map<number, { one: Correspondence; distance: number }>();
  const growth = Math.sqrt(Math.abs(affine.a * affine.d - affine.b * affine.c));
  for (const one of group) {
    const [x, y] = [query.x[one.query]!, query.y[one.query]!];
    const dx = affine.a * x + affine.b * y + affine.e - candidate.x[one.candidate]!;
    const dy = affine.c * x + affine.d * y + affine.f - candidate.y[one.candidate]!;
    const distance = Math.sqrt(dx * dx + dy * dy);
    const room = guess
      ? GUESS_NEAR + GUESS_FAR * growth * Math.hypot(x - query.x[guess.query]!, y - query.y[guess.query]!)
      : NEAR;
    if (distance > room) continue;
    const before = best.get(one.query);
    if (!before || distance < before.distance) best.set(one.query, { one, distance });
  }
  return [...best.values()].map(({ one }) => one);
}

/** Of several that lead to one feature of the candidate the most similar. */
function oneToOne(support: readonly Correspondence[]): Correspondence[] {
  const best = new Map<number, Correspondence>();
  for (const one of support) {
    const before = best.get(one.candidate);
    if (!before || one.similarity > before.similarity) best.set(one.candidate, one);
  }
  return [...best.values()];
}

function total(support: readonly Correspondence[]): number {
  return support.reduce((sum, one) => sum + weightOf(one), 0);
}

function fitted(
  query: LocalFeatures,
  candidate: LocalFeatures,
  support: readonly Correspondence[],
): Affine | undefined {
  const columns = {
    count: support.length,
    query: Uint16Array.from(support, (one) => one.query),
    candidate: Uint16Array.from(support, (one) => one.candidate),
    similarity: Float32Array.from(support, (one) => one.similarity),
    mirrored: Uint8Array.from(support, (one) => (one.mirrored ? 1 : 0)),
    rotation: Float64Array.from(support, (one) => one.rotation),
    growth: Float64Array.from(support, (one) => one.growth),
    linear: Float64Array.from(support.flatMap(({ a, b, c, d }) => [a, b, c, d])),
  };
  const all = support.map((_, i) => i);
  return fitAffine(query, candidate, columns, all);
}
