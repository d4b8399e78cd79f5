import { differenceOf, labsOf, rgbOf, hexOf, type Lab } from './colour.js';
import type { Mask, Raster } from './raster.js';

/** Most main colours of one picture. */
export const MAX_COLOURS = 6;
const ROUNDS = 12;
/** Colours closer than this are one, OKLab. */
const SAME = 0.08;
/** A colour of less than this share is none of the main ones. */
const MIN_SHARE = 0.015;
/** Most pixels that are looked at. */
const MAX_SAMPLES = 20_000;
/** Pixels whose neighbours differ by more than this lie on a border between colours, OKLab. */
const BORDER = 0.05;
const BORDER_WEIGHT = 0.15;

/** One of a picture's main colours. */
export interface MainColour {
  readonly lab: Lab;
  /** "#rrggbb". */
  readonly hex: string;
  /** Share of the region looked at, 0 to 1. */
  readonly share: number;
}

/**
 * Up to six main colours of a region, the commonest first: k-means in OKLab from starting points that do not depend on chance.
 * Borders between colours, where colours mix, count little.
 * @param region of the picture's size; the whole picture without it
 * @returns at least one colour for a region with a pixel
 */
export function mainColours(picture: Raster, region?: Mask): MainColour[] {
  const colours = coloursOf(picture, labsOf(picture), region);
  let centres = startingPoints(colours);
  for (let round = 0; round < ROUNDS; round++) {
    const sums = centres.map(() => [0, 0, 0, 0]);
    for (const { lab, weight } of colours) {
      const sum = sums[nearestOf(centres, lab)];
      if (sum) [...lab, 1].forEach((value, at) => (sum[at] = (sum[at] ?? 0) + value * weight));
    }
    centres = sums.flatMap(([l = 0, a = 0, b = 0, n = 0]): Lab[] => (n ? [[l / n, a / n, b / n]] : []));
  }
  return shared(merged(centres), colours);
}

/** The index of the main colour that is nearest; -1 without any. */
export function nearestColour(colours: readonly MainColour[], lab: Lab): number {
  return nearestOf(
    colours.map((colour) => colour.lab),
    lab,
  );
}

/** A colour of one pixel and how much it counts. */
interface Weighed {
  readonly lab: Lab;
  readonly weight: number;
}

function coloursOf({ width, height }: Raster, labs: Float32Array, region?: Mask): Weighed[] {
  const colours: Weighed[] = [];
  const step = Math.max(1, Math.floor((width * height) / MAX_SAMPLES));
  for (let pixel = 0; pixel < width * height; pixel += step) {
    if (region && region.bits[pixel] !== 1) continue;
    colours.push({ lab: labAt(labs, pixel), weight: weightOf(labs, pixel, width, height) });
  }
  return colours;
}

/** How much a pixel tells of colours: 1, or on a border between colours, where they mix, BORDER_WEIGHT. */
export function weightOf(labs: Float32Array, pixel: number, width: number, height: number): number {
  return isFlat(labs, pixel, width, height) ? 1 : BORDER_WEIGHT;
}

/** Whether the colours beside and below are nearly the same: no border runs here. */
function isFlat(labs: Float32Array, pixel: number, width: number, height: number): boolean {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  const here = labAt(labs, pixel);
  return (
    (x === 0 || differenceOf(here, labAt(labs, pixel - 1)) < BORDER) &&
    (x === width - 1 || differenceOf(here, labAt(labs, pixel + 1)) < BORDER) &&
    (y === 0 || differenceOf(here, labAt(labs, pixel - width)) < BORDER) &&
    (y === height - 1 || differenceOf(here, labAt(labs, pixel + width)) < BORDER)
  );
}

/** The pixel's three numbers. */
export function labAt(labs: Float32Array, pixel: number): Lab {
  return [labs[pixel * 3] ?? 0, labs[pixel * 3 + 1] ?? 0, labs[pixel * 3 + 2] ?? 0];
}

/** The colour nearest the mean, then by turns that with the largest (distance from all before it, weighed by how many share its place). */
function startingPoints(colours: readonly Weighed[]): Lab[] {
  const bins = new Map<string, { lab: Lab; count: number }>();
  for (const { lab, weight } of colours) {
    const key = lab.map((value) => Math.round(value * 16)).join();
    const bin = bins.get(key);
    if (bin) bin.count += weight;
    else bins.set(key, { lab, count: weight });
  }
  const places = [...bins.values()].sort((one, other) => other.count - one.count);
  const chosen: Lab[] = places.slice(0, 1).map(({ lab }) => lab);
  while (chosen.length < Math.min(MAX_COLOURS, places.length)) {
    const importance = ({ lab, count }: (typeof places)[number]): number =>
      Math.min(...chosen.map((one) => differenceOf(one, lab))) * Math.sqrt(count);
    const next = places.reduce((best, place) => (importance(place) > importance(best) ? place : best));
    chosen.push(next.lab);
  }
  return chosen;
}

function merged(centres: readonly Lab[]): Lab[] {
  const kept: Lab[] = [];
  for (const centre of centres) if (kept.every((one) => differenceOf(one, centre) >= SAME)) kept.push(centre);
  return kept;
}

function shared(centres: readonly Lab[], colours: readonly Weighed[]): MainColour[] {
  const counts = centres.map(() => 0);
  for (const { lab, weight } of colours) {
    const nearest = nearestOf(centres, lab);
    counts[nearest] = (counts[nearest] ?? 0) + weight;
  }
  const all = colours.reduce((sum, { weight }) => sum + weight, 0);
  const main = centres
    .map((lab, at) => ({ lab, share: (counts[at] ?? 0) / all }))
    .filter(({ share }) => share >= MIN_SHARE);
  const total = main.reduce((sum, { share }) => sum + share, 0);
  return main
    .map(({ lab, share }) => ({ lab, hex: hexOf(rgbOf(lab)), share: share / total }))
    .sort((one, other) => other.share - one.share);
}

function nearestOf(centres: readonly Lab[], colour: Lab): number {
  let nearest = -1;
  let least = Infinity;
  centres.forEach((centre, at) => {
    const distance = differenceOf(centre, colour);
    if (distance < least) [nearest, least] = [at, distance];
  });
  return nearest;
}
