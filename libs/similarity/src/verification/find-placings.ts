import type { LocalFeatures } from '#libs/registry';
import type { Correspondence } from './correspondences.js';
import { fitAffine, isPlausible } from './fit-affine.js';
import type { Affine } from './pair-match.js';

/** One way in which the query lies on the candidate, and the correspondences that agree with it, one a feature. */
export interface Placing {
  readonly affine: Affine;
  readonly mirrored: boolean;
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
export function weightOf({ similarity }: Correspondence): number {
  return (Math.max(0, similarity - 0.9) * 10) ** 2;
}

/** The placings that most features agree on, the best first; each feature of the query supports at most one. */
export function findPlacings(
  query: LocalFeatures,
  candidate: LocalFeatures,
  correspondences: readonly Correspondence[],
): Placing[] {
  let left = correspondences;
  const placings: Placing[] = [];
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
export function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % (2 * Math.PI);
  return Math.min(turn, 2 * Math.PI - turn);
}

function bestPlacing(
  query: LocalFeatures,
  candidate: LocalFeatures,
  group: readonly Correspondence[],
): Placing | undefined {
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
): Placing | undefined {
  let support = first;
  let affine: Affine | undefined;
  for (let round = 0; round < REFINEMENTS; round++) {
    if (support.length < LEAST_SUPPORT) return undefined;
    affine = fitAffine(query, candidate, support);
    if (!affine || !isPlausible(affine)) return undefined;
    support = oneToOne(agreeing(query, candidate, group, affine, undefined));
  }
  if (!affine || support.length < LEAST_SUPPORT) return undefined;
  return { affine, mirrored: affine.a * affine.d - affine.b * affine.c < 0, support, weight: total(support) };
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
