import type { Correspondences } from './correspondences.js';

/** Mirroring, turn and growth in which correspondences are alike. */
export interface Attitude {
  /** The same for the same attitude. */
  readonly bin: number;
  readonly mirrored: boolean;
  /** Radians, 0 to 2 pi. */
  readonly rotation: number;
  /** log2 of the candidate's size over the query's. */
  readonly growth: number;
}

/** What correspondences say of their attitude, made ready once for many counts. */
export interface Ballot {
  /** How much each counts, 0 to 1: hardly at the least similarity, fully where the two are the same. */
  readonly weights: Float64Array;
  /** VOTES bins of each. */
  readonly bins: Uint16Array;
}

/** How far attitude and size may differ from a placing's. */
const MOST_TURN = 0.4;
const MOST_GROWTH = 0.5;

const TURN = 2 * Math.PI;
const ROTATION_BINS = 16;
const GROWTH_BIN = 0.5;
/** Features have 0.25 to 138 pixels, so that growth lies far within 32 bins to either side. */
const GROWTH_BINS = 64;
const BINS = GROWTH_BINS * ROTATION_BINS * 2;
const MOST_ATTITUDES = 3;
/** Bins looked at, the fullest first: neighbours of a full one are full too, and are the same attitude. */
const MOST_BINS = MOST_ATTITUDES * 3;
/** Two neighbours in rotation times two in growth. */
const VOTES = 4;

const votes = new Float64Array(BINS);

export function prepareBallot({ count, similarity, mirrored, rotation, growth }: Correspondences): Ballot {
  const weights = new Float64Array(count);
  const bins = new Uint16Array(VOTES * count);
  for (let i = 0, place = 0; i < count; i++) {
    weights[i] = (Math.max(0, similarity[i]! - 0.9) * 10) ** 2;
    const turn = (rotation[i]! / TURN) * ROTATION_BINS;
    const size = growth[i]! / GROWTH_BIN;
    for (let t = -0.5; t < 1; t++)
      for (let s = -0.5; s < 1; s++, place++)
        bins[place] = binOf(
          mirrored[i]!,
          (Math.floor(turn + t) + ROTATION_BINS) % ROTATION_BINS,
          Math.floor(size + s),
        );
  }
  return { weights, bins };
}

/** The attitudes that most of the named correspondences share: the fullest few (Lowe 2004, section 7.3). */
export function commonAttitudes({ weights, bins }: Ballot, voters: Uint16Array): Attitude[] {
  votes.fill(0);
  for (const i of voters)
    for (let place = VOTES * i; place < VOTES * (i + 1); place++) votes[bins[place]!]! += weights[i]!;
  const attitudes: Attitude[] = [];
  for (const bin of fullest()) {
    const one = attitudeOf(bin);
    if (attitudes.some((other) => isNear(other, one))) continue;
    attitudes.push(one);
    if (attitudes.length === MOST_ATTITUDES) break;
  }
  return attitudes;
}

/** Those of the named correspondences that are in an attitude, in the order given. */
export function inAttitude(
  { mirrored, rotation, growth }: Correspondences,
  among: Uint16Array,
  attitude: Attitude,
): Uint16Array {
  const side = attitude.mirrored ? 1 : 0;
  return among.filter(
    (i) =>
      mirrored[i] === side &&
      Math.abs(growth[i]! - attitude.growth) < MOST_GROWTH + GROWTH_BIN / 2 &&
      turnBetween(rotation[i]!, attitude.rotation) < MOST_TURN,
  );
}

/** The fullest bins, best first; of equally full ones the lower first. */
function fullest(): number[] {
  const best: number[] = [];
  for (let bin = 0; bin < BINS; bin++) {
    const full = votes[bin]!;
    if (full === 0) continue;
    let at = best.length;
    while (at > 0 && votes[best[at - 1]!]! < full) at--;
    if (at === MOST_BINS) continue;
    if (best.length === MOST_BINS) best.pop();
    best.splice(at, 0, bin);
  }
  return best;
}

function binOf(mirrored: number, turn: number, growth: number): number {
  return ((growth + GROWTH_BINS / 2) * ROTATION_BINS + turn) * 2 + mirrored;
}

/** The middle of the two neighbouring bins that vote for a bin. */
function attitudeOf(bin: number): Attitude {
  const turn = (bin >> 1) % ROTATION_BINS;
  const growth = Math.floor((bin >> 1) / ROTATION_BINS) - GROWTH_BINS / 2;
  return {
    bin,
    mirrored: (bin & 1) === 1,
    rotation: (((turn + 1) % ROTATION_BINS) * TURN) / ROTATION_BINS,
    growth: (growth + 1) * GROWTH_BIN,
  };
}

function isNear(one: Attitude, other: Attitude): boolean {
  return (
    one.mirrored === other.mirrored &&
    turnBetween(one.rotation, other.rotation) < 0.3 &&
    Math.abs(one.growth - other.growth) < 0.4
  );
}

/** Radians between two directions of 0 to 2 pi: 0 to pi. */
function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b);
  return Math.min(turn, TURN - turn);
}
