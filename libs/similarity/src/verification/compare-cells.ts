import { type RepeatUnit } from '#libs/registry';
import {
  type Basis,
  changeBasis,
  determinant,
  type Matrix,
  multiply,
  possibleBases,
  vectors,
} from './cell-bases.js';
import { type CellSpectrum, cellSpectrum } from './cell-spectrum.js';
import { type Affine } from './pair-match.js';
import { type BestPhase, correlatePhases } from './phase-correlation.js';

/** How much longer one direction of the cloth may have become than another between two pictures of it. */
const MOST_STRETCH = 1.1;

/** How well two repeat units are one pattern's. */
export interface CellMatch {
  /** Best correlation of the two, 0 to 1; 0 where their lattices are no two views of one. */
  readonly score: number;
  /** How the query's pattern lies on the candidate's; null where the score is 0. */
  readonly placing: CellPlacing | null;
}

/** A placing of a pattern that repeats: one of the many that differ by whole repeats of the candidate. */
export interface CellPlacing {
  /** Left and right exchanged, before the pattern is turned. */
  readonly mirrored: boolean;
  /** Degrees, counter-clockwise, 0 to 360. */
  readonly rotation: number;
  /** Candidate's size over the query's. */
  readonly scale: number;
  /** Shares of the candidate's two vectors by which the query's is then shifted, 0 to 1. */
  readonly phase: readonly [number, number];
  /** All of it, from the query's analysis frame to the candidate's, pixels. */
  readonly affine: Affine;
}

/** A query's repeat unit, made ready once for many candidates. */
export interface PreparedCell {
  readonly bases: readonly Basis[];
  readonly spectrum: CellSpectrum;
  /** Spectra in those bases, made when a candidate first needs one. */
  readonly changed: (CellSpectrum | undefined)[];
}

export function prepareCell(unit: RepeatUnit): PreparedCell {
  return { bases: possibleBases(unit), spectrum: cellSpectrum(unit), changed: [] };
}

/**
 * Compares repeat units in every phase and by every two vectors that may describe them, so that shifted, turned, mirrored and scaled
 * copies score high, inverted and recoloured ones too, and those laid out with every other repeat changed.
 */
export function compareCells(query: PreparedCell, candidate: RepeatUnit): CellMatch {
  const lattice = vectors(candidate);
  const fitting = query.bases.flatMap((basis, at) => {
    const linear = multiply(lattice, basis.inverse);
    return stretch(linear) <= MOST_STRETCH ? [{ at, linear, change: basis.change }] : [];
  });
  if (fitting.length === 0) return { score: 0, placing: null };
  const spectrum = cellSpectrum(candidate);
  let best: { linear: Matrix; found: BestPhase } | null = null;
  for (const { at, linear, change } of fitting) {
    const changed = (query.changed[at] ??= changeBasis(query.spectrum, change));
    const [straight, turned] = correlatePhases(changed, spectrum);
    if (best === null || straight.score > best.found.score) best = { linear, found: straight };
    if (turned.score > best.found.score) best = { linear: multiply(linear, [-1, 0, 0, -1]), found: turned };
  }
  if (best === null || best.found.score <= 0) return { score: 0, placing: null };
  return { score: Math.min(1, best.found.score), placing: placing(best.linear, best.found, lattice) };
}

/** Longer over shorter axis of the ellipse that the matrix makes of a circle. */
function stretch(matrix: Matrix): number {
  const area = Math.abs(determinant(matrix));
  const squares = matrix.reduce((sum, value) => sum + value * value, 0);
  // the axes p >= q: p q is the area, p^2 + q^2 the sum of squares
  const ratio = squares / (2 * area);
  return ratio + Math.sqrt(Math.max(0, ratio * ratio - 1));
}

function placing(linear: Matrix, { phase }: BestPhase, lattice: Matrix): CellPlacing {
  const [a, c, b, d] = linear;
  const mirrored = determinant(linear) < 0;
  // what is left to turn once left and right are exchanged
  const [right, rightDown] = mirrored ? [-a, -c] : [a, c];
  const degrees = (Math.atan2(b - rightDown, right + d) * 180) / Math.PI;
  return {
    mirrored,
    rotation: (degrees + 360) % 360,
    scale: Math.sqrt(Math.abs(determinant(linear))),
    phase,
    affine: {
      a,
      b,
      c,
      d,
      e: phase[0] * lattice[0] + phase[1] * lattice[2],
      f: phase[0] * lattice[1] + phase[1] * lattice[3],
    },
  };
}
