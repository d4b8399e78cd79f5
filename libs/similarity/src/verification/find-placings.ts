import type { LocalFeatures } from '#libs/registry';
import { type Ballot, commonAttitudes, inAttitude, prepareBallot } from './common-attitudes.js';
import type { Correspondences } from './correspondences.js';
import { fitAffine, isPlausible } from './fit-affine.js';
import { agreeingAround, agreeingWith, type Guess, type Places, placesOf } from './agreement.js';
import type { Affine } from './pair-match.js';

/** One way in which the query lies on the candidate, and the correspondences that agree with it, one a feature. */
export interface Placing {
  readonly affine: Affine;
  /** Indices of correspondences. */
  readonly support: readonly number[];
  /** Sum of the supporters' weights. */
  readonly weight: number;
}

/** Most placings: a repeat laid anew, or motifs moved, want several. */
const MOST_PLACINGS = 6;
/** Fewest features that support a placing. */
const LEAST_SUPPORT = 4;
/** Correspondences tried as a first guess. */
const MOST_GUESSES = 60;
const REFINEMENTS = 3;

/** Two pictures' features and all that is alike in them. */
interface Pair {
  readonly query: LocalFeatures;
  readonly candidate: LocalFeatures;
  readonly all: Correspondences;
  readonly ballot: Ballot;
}

/** The placings that most features agree on, the best first; each feature of the query supports at most one. */
export function findPlacings(
  query: LocalFeatures,
  candidate: LocalFeatures,
  all: Correspondences,
): Placing[] {
  const pair = { query, candidate, all, ballot: prepareBallot(all) };
  const placings: Placing[] = [];
  const used = new Uint8Array(query.count);
  // What is left only shrinks: a group that is as large as before is the same, and so is its best placing.
  const known = new Map<number, { readonly size: number; readonly placing: Placing | undefined }>();
  let left = Uint16Array.from({ length: all.count }, (_, i) => i);
  while (placings.length < MOST_PLACINGS && left.length >= LEAST_SUPPORT) {
    let best: Placing | undefined;
    for (const attitude of commonAttitudes(pair.ballot, left)) {
      const group = inAttitude(all, left, attitude);
      const before = known.get(attitude.bin);
      const placing = before?.size === group.length ? before.placing : bestPlacing(pair, group);
      known.set(attitude.bin, { size: group.length, placing });
      if (placing && placing.weight > (best?.weight ?? 0)) best = placing;
    }
    if (!best) break;
    placings.push(best);
    for (const one of best.support) used[all.query[one]!] = 1;
    left = left.filter((one) => used[all.query[one]!] === 0);
  }
  return placings;
}

function bestPlacing(pair: Pair, group: Uint16Array): Placing | undefined {
  if (group.length < LEAST_SUPPORT) return undefined;
  const places = placesOf(pair.query, pair.candidate, pair.all, group);
  let [best, most]: [readonly number[], number] = [[], 0];
  for (const one of mostSimilar(pair.all, group)) {
    const support = agreeingAround(places, alone(pair, one));
    const weight = total(pair, support);
    if (weight > most) [best, most] = [support, weight];
  }
  return refine(pair, places, best);
}

/** The most similar correspondences of a group, the best first; of equal ones the earlier first. */
function mostSimilar({ similarity }: Correspondences, group: Uint16Array): number[] {
  // Positive floats are ordered as the integers of their bits are: one number to sort by, which holds the place too.
  const bits = new Uint32Array(similarity.buffer);
  const keys = Float64Array.from(group, (one) => (2 ** 32 - bits[one]!) * 2 ** 16 + one).sort();
  return Array.from(keys.subarray(0, MOST_GUESSES), (key) => key % 2 ** 16);
}

function refine(pair: Pair, places: Places, first: readonly number[]): Placing | undefined {
  let support = first;
  let affine: Affine | undefined;
  for (let round = 0; round < REFINEMENTS; round++) {
    if (support.length < LEAST_SUPPORT) return undefined;
    affine = fitAffine(pair.query, pair.candidate, pair.all, support);
    if (!affine || !isPlausible(affine)) return undefined;
    support = oneToOne(pair.all, agreeingWith(places, affine));
  }
  if (!affine || support.length < LEAST_SUPPORT) return undefined;
  return { affine, support, weight: total(pair, support) };
}

/** The placing that one correspondence suggests, and where it is right. */
function alone({ query, candidate, all }: Pair, one: number): Guess {
  const [a, b] = [all.linear[4 * one]!, all.linear[4 * one + 1]!];
  const [c, d] = [all.linear[4 * one + 2]!, all.linear[4 * one + 3]!];
  const [i, j] = [all.query[one]!, all.candidate[one]!];
  const [x, y] = [query.x[i]!, query.y[i]!];
  return {
    affine: { a, b, c, d, e: candidate.x[j]! - a * x - b * y, f: candidate.y[j]! - c * x - d * y },
    x,
    y,
  };
}

/** Of several that lead to one feature of the candidate the most similar. */
function oneToOne({ candidate, similarity }: Correspondences, support: readonly number[]): number[] {
  const best = new Map<number, number>();
  for (const one of support) {
    const before = best.get(candidate[one]!);
    if (before === undefined || similarity[one]! > similarity[before]!) best.set(candidate[one]!, one);
  }
  return [...best.values()];
}

function total({ ballot }: Pair, support: readonly number[]): number {
  let sum = 0;
  for (const one of support) sum += ballot.weights[one]!;
  return sum;
}
