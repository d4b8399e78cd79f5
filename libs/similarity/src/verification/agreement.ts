import type { LocalFeatures } from '#libs/registry';
import type { Correspondences } from './correspondences.js';
import type { Affine } from './pair-match.js';

/** Where the features of some correspondences lie, column by column. */
export interface Places {
  /** Indices of the correspondences, in their order: those of one feature of the query one after the other. */
  readonly members: Uint16Array;
  readonly query: Uint16Array;
  /** Pixels in the query's frame. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Pixels in the candidate's frame. */
  readonly u: Float64Array;
  readonly v: Float64Array;
}

/** How far a feature may lie from where it should: `NEAR`, and a share of its distance from the place in which a guess is right. */
export interface Guess {
  readonly affine: Affine;
  readonly x: number;
  readonly y: number;
}

/** Pixels of the analysis frame. */
const NEAR = 7;
const GUESS_FAR = 0.08;
/** Two ways to reckon a length in f64 agree better than this. */
const ROUNDING = 1e-9;

export function placesOf(
  query: LocalFeatures,
  candidate: LocalFeatures,
  all: Correspondences,
  members: Uint16Array,
): Places {
  const [x, y] = [new Float64Array(members.length), new Float64Array(members.length)];
  const [u, v] = [new Float64Array(members.length), new Float64Array(members.length)];
  const from = new Uint16Array(members.length);
  for (let place = 0; place < members.length; place++) {
    const one = members[place]!;
    const [i, j] = [all.query[one]!, all.candidate[one]!];
    from[place] = i;
    x[place] = query.x[i]!;
    y[place] = query.y[i]!;
    u[place] = candidate.x[j]!;
    v[place] = candidate.y[j]!;
  }
  return { members, query: from, x, y, u, v };
}

/** Of each feature of the query the correspondence that lies nearest where the placing puts it, if near enough. */
export function agreeingWith({ members, query, x, y, u, v }: Places, affine: Affine): number[] {
  return agreeing({ members, query, x, y, u, v }, { affine, x: 0, y: 0 }, 0);
}

/** The same for a guess, which leaves more room the farther a feature lies from the place where it is right. */
export function agreeingAround(places: Places, guess: Guess): number[] {
  const { a, b, c, d } = guess.affine;
  return agreeing(places, guess, GUESS_FAR * Math.sqrt(Math.abs(a * d - b * c)));
}

function agreeing({ members, query, x, y, u, v }: Places, guess: Guess, far: number): number[] {
  const { a, b, c, d, e, f } = guess.affine;
  const { x: fromX, y: fromY } = guess;
  const found: number[] = [];
  let [last, lastDistance] = [-1, 0];
  const [nearBound, farBound] = [2 * NEAR * NEAR * (1 + ROUNDING), 2 * far * far * (1 + ROUNDING)];
  for (let place = 0; place < members.length; place++) {
    const dx = a * x[place]! + b * y[place]! + e - u[place]!;
    const dy = c * x[place]! + d * y[place]! + f - v[place]!;
    const [awayX, awayY] = [x[place]! - fromX, y[place]! - fromY];
    const squared = dx * dx + dy * dy;
    const awaySquared = awayX * awayX + awayY * awayY;
    // (p + q)^2 is at most 2 (p^2 + q^2): most are out without a root.
    if (squared > nearBound + farBound * awaySquared) continue;
    const distance = Math.sqrt(squared);
    const room = NEAR + far * Math.sqrt(awaySquared);
    if (distance > room * (1 + ROUNDING)) continue;
    if (distance > room * (1 - ROUNDING) && distance > NEAR + far * Math.hypot(awayX, awayY)) continue;
    if (query[place] !== last) {
      last = query[place]!;
      found.push(members[place]!);
    } else if (distance < lastDistance) found[found.length - 1] = members[place]!;
    else continue;
    lastDistance = distance;
  }
  return found;
}
