import { differenceOf, labOfLinear, labsOf, linear, rgbOf, type Lab } from './colour.js';
import { labAt, mainColours, nearestColour, weightOf, type MainColour } from './main-colours.js';
import { type Mask, type Raster } from './raster.js';
import type { Warped } from './warp.js';

/** Mean difference of mapped colours, light aside, from which a copy counts as recoloured, OKLab. */
const RECOLOURED = 0.07;
/** How much better than by chance the query's colours must tell the candidate's for a mapping to count. */
const TELLING = 0.3;
/** How much more or less of one primary another light or camera may give. */
const LIGHT = 1.8;

/** What became of one of the query's main colours. */
export interface MappedColour {
  /** Index of the query's colour. */
  readonly from: number;
  /** Index of the candidate's colour that lies on most of it. */
  readonly to: number;
  /** Share of all mapped pixels that are of this colour, 0 to 1. */
  readonly share: number;
  /** Share of this colour's pixels that lie on the candidate's colour, 0 to 1. */
  readonly agreement: number;
  /** Difference of the two colours, OKLab: about 0.02 is just noticeable. */
  readonly difference: number;
}

/** The main colours of the matched regions and which lies on which. */
export interface PaletteMapping {
  readonly query: readonly MainColour[];
  readonly candidate: readonly MainColour[];
  /** Pixels that have query colour `from` on candidate colour `to`, as shares of all, by from then to. */
  readonly joint: readonly (readonly number[])[];
  readonly mapping: readonly MappedColour[];
  /** Whether the colours differ by more than another light or camera explains. */
  readonly recoloured: boolean;
}

/**
 * Maps the query's main colours to the candidate's: by what lies on what under the placing, inside the matched region.
 * @param region in the candidate's frame; where the query covers it, colours are compared
 */
export function mapPalette(
  candidate: Raster,
  { raster, covered }: Warped,
  region: Mask,
): PaletteMapping | undefined {
  const { width, height } = candidate;
  const bits = region.bits.map((bit, pixel) => bit & (covered.bits[pixel] ?? 0));
  if (!bits.includes(1)) return undefined;
  const both: Mask = { width, height, bits };
  const query = mainColours(raster, both);
  const other = mainColours(candidate, both);
  const joint = countJoint([raster, candidate], [query, other], both);
  const mapping = query.flatMap(({ lab }, from): MappedColour[] => {
    const row = joint[from] ?? [];
    const share = Math.min(
      1,
      row.reduce((sum, one) => sum + one, 0),
    );
    const to = row.indexOf(Math.max(...row));
    const target = other[to];
    if (share === 0 || !target) return [];
    return [
      {
        from,
        to,
        share,
        agreement: Math.min(1, (row[to] ?? 0) / share),
        difference: differenceOf(lab, target.lab),
      },
    ];
  });
  return {
    query,
    candidate: other,
    joint,
    mapping,
    recoloured: differenceBeyondLight(liesOn(joint) ? mapping : [], query, other) > RECOLOURED,
  };
}

function countJoint(
  [raster, candidate]: readonly [Raster, Raster],
  [query, other]: readonly [readonly MainColour[], readonly MainColour[]],
  { width, height, bits }: Mask,
): number[][] {
  const [labs, own] = [labsOf(raster), labsOf(candidate)];
  const joint = query.map(() => other.map(() => 0));
  let all = 0;
  bits.forEach((bit, pixel) => {
    if (bit !== 1) return;
    const weight = Math.min(weightOf(labs, pixel, width, height), weightOf(own, pixel, width, height));
    const row = joint[nearestColour(query, labAt(labs, pixel))];
    const to = nearestColour(other, labAt(own, pixel));
    if (row) row[to] = (row[to] ?? 0) + weight;
    all += weight;
  });
  return joint.map((row) => row.map((weight) => Math.min(1, weight / all)));
}

/** Whether knowing the query's colour tells the candidate's: whether the drawings lie on each other at all. */
function liesOn(joint: readonly (readonly number[])[]): boolean {
  const columns = (joint[0] ?? []).map((_, to) => joint.reduce((sum, row) => sum + (row[to] ?? 0), 0));
  const byChance = Math.max(...columns);
  const found = joint.reduce((sum, row) => sum + Math.max(...row), 0);
  return found - byChance > TELLING * (1 - byChance);
}

/** Two colours, in linear light, that belong together, and how much they count. */
interface LightPair {
  readonly from: Lab;
  readonly to: Lab;
  readonly share: number;
}

/**
 * Mean difference of mapped colours once each primary of the query is made as bright as fits best, within LIGHT; without a
 * mapping, that of each colour and the nearest one of the other side.
 */
function differenceBeyondLight(
  mapping: readonly MappedColour[],
  query: readonly MainColour[],
  candidate: readonly MainColour[],
): number {
  const pairs = mapping.flatMap(({ from, to, share }): LightPair[] => {
    const [one, other] = [query[from], candidate[to]];
    return one && other ? [{ from: lightOf(one.lab), to: lightOf(other.lab), share }] : [];
  });
  const means = [{ from: meanLight(query), to: meanLight(candidate), share: 1 }];
  const lit = inLightOf(pairs.length > 0 ? pairs : means);
  const inLight = (light: Lab): Lab => labOfLinear(...lit(light));
  if (pairs.length > 0)
    return mean(
      pairs.map(({ from, to, share }) => ({ of: differenceOf(inLight(from), labOfLinear(...to)), share })),
    );
  const relit = query.map(({ lab, share }) => ({ lab: inLight(lightOf(lab)), share }));
  return (apart(relit, candidate) + apart(candidate, relit)) / 2;
}

/** What makes the first of each pair as bright as the second, primary by primary, as well as can be. */
function inLightOf(pairs: readonly LightPair[]): (light: Lab) => Lab {
  const gainOf = (channel: 0 | 1 | 2): number => {
    const product = pairs.reduce((sum, { from, to, share }) => sum + share * from[channel] * to[channel], 0);
    const square = pairs.reduce((sum, { from, share }) => sum + share * from[channel] ** 2, 0);
    return Math.min(LIGHT, Math.max(1 / LIGHT, square > 1e-9 ? product / square : 1));
  };
  const [red, green, blue] = [gainOf(0), gainOf(1), gainOf(2)];
  return (light) => [light[0] * red, light[1] * green, light[2] * blue];
}

type Shared = Pick<MainColour, 'lab' | 'share'>;

/** Mean difference of each colour and the nearest of the others. */
function apart(colours: readonly Shared[], others: readonly Shared[]): number {
  return mean(
    colours.map(({ lab, share }) => ({
      of: Math.min(...others.map((other) => differenceOf(lab, other.lab))),
      share,
    })),
  );
}

function mean(values: readonly { readonly of: number; readonly share: number }[]): number {
  const total = values.reduce((sum, { share }) => sum + share, 0);
  return total > 0 ? values.reduce((sum, { of, share }) => sum + of * share, 0) / total : 0;
}

function meanLight(colours: readonly MainColour[]): Lab {
  const meanOf = (channel: 0 | 1 | 2): number =>
    mean(colours.map(({ lab, share }) => ({ of: lightOf(lab)[channel], share })));
  return [meanOf(0), meanOf(1), meanOf(2)];
}

function lightOf(lab: Lab): Lab {
  const [red, green, blue] = rgbOf(lab);
  return [linear(red), linear(green), linear(blue)];
}
