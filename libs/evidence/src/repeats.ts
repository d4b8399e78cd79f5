import type { InBothLanguages, RepeatUnit } from '#libs/registry';
import { REASONS } from './captions.js';
import { move, type Placing, type Point } from './placing.js';
import type { Raster } from './raster.js';
import { cutUnit, type ColourUnit } from './repeat-unit.js';
import type { EvidenceReport } from './report.js';
import { rounded } from './tell-evidence.js';
import { alignUnits, type UnitAlignment } from './unit-alignment.js';
import { drawUnits, type UnitPictures } from './unit-pictures.js';

/** From this correlation of two repeat units on, one is laid on the other by them alone. */
const TRUSTED = 0.5;

/** Both repeats on each other, or why they cannot be shown. */
export type RepeatsShown =
  | { readonly absent: InBothLanguages }
  | {
      readonly candidate: ColourUnit;
      readonly alignment: UnitAlignment;
      readonly pictures: UnitPictures;
      readonly told: NonNullable<EvidenceReport['repeat']>;
    };

/** Cuts both repeat units, lays the query's on the candidate's and draws them and their difference. */
export function showRepeats(
  [from, to]: readonly [Raster, Raster],
  [query, candidate]: readonly [RepeatUnit | null, RepeatUnit | null],
  placing: Placing | null,
): RepeatsShown {
  const own = query && cutUnit(from, query);
  const other = candidate && cutUnit(to, candidate);
  if (!own && !other) return { absent: REASONS.neitherRepeats };
  if (!own) return { absent: REASONS.queryDoesNotRepeat };
  if (!other) return { absent: REASONS.candidateDoesNotRepeat };
  const alignment = alignUnits(own, other, placing);
  if (!alignment) return { absent: REASONS.otherLattice };
  const pictures = drawUnits(own, other, alignment.placing);
  const { colourDifference, drawingDifference } = pictures;
  return {
    candidate: other,
    alignment,
    pictures,
    told: {
      query: tellUnit(own),
      candidate: tellUnit(other),
      correlation: rounded(Math.min(1, Math.max(-1, alignment.correlation))),
      colourDifference: rounded(colourDifference),
      drawingDifference: rounded(drawingDifference),
    },
  };
}

/**
 * Where the query lies by the repeats alone: as they lie on each other, so many whole repeats further that the middles of the pictures come
 * closest.
 * @returns null if they do not lie well on each other
 */
export function placeByRepeat(repeats: RepeatsShown, from: Raster, to: Raster): Placing | null {
  if ('absent' in repeats || repeats.alignment.correlation < TRUSTED) return null;
  const { alignment, candidate } = repeats;
  const { a, b } = candidate;
  const [x, y] = move(alignment.placing, [from.width / 2, from.height / 2]);
  const away: Point = [to.width / 2 - x, to.height / 2 - y];
  const determinant = a[0] * b[1] - a[1] * b[0];
  const [alongA, alongB] = [
    Math.round((away[0] * b[1] - away[1] * b[0]) / determinant),
    Math.round((a[0] * away[1] - a[1] * away[0]) / determinant),
  ];
  return {
    ...alignment.placing,
    e: alignment.placing.e + alongA * a[0] + alongB * b[0],
    f: alignment.placing.f + alongA * a[1] + alongB * b[1],
  };
}

function tellUnit({ a, b, repeats, averaged }: ColourUnit) {
  const vector = ([x, y]: Point): [number, number] => [rounded(x), rounded(y)];
  return { a: vector(a), b: vector(b), repeats, averaged };
}
