import { rgbOf } from './colour.js';
import type { MatchToShow, SideToShow } from './match.js';
import { corners, move, type Placing, type Point } from './placing.js';
import { colourAt, mix, place, plain, type Mask, type Raster, type Rgb } from './raster.js';
import { outlineOf } from './region.js';
import { disc, line, polygon, trace } from './strokes.js';

/** Between the pictures, pixels. */
const GAP = 16;
/** Most places that are joined by lines; all are dotted. */
const MAX_LINKS = 24;
/** How much of a picture's colour is taken from it outside of the matched region. */
const DIMMED = 0.78;
const PAPER: Rgb = [255, 255, 255];
const OUTLINE: Rgb = [255, 200, 0];
const FRAME_OF_QUERY: Rgb = [255, 0, 200];

/** What both pictures have in common, as far as it is known. */
export interface Matched {
  readonly query: Mask;
  readonly candidate: Mask;
}

/**
 * The query on the left, the candidate on the right. The matched region of each is outlined in yellow; supporting places are dots of the
 * same colour on both sides, some of them joined; where the query's border lies on the candidate is magenta.
 */
export function drawSideBySide(
  [query, candidate]: readonly [Raster, Raster],
  [one, other]: readonly [SideToShow, SideToShow],
  { placing, pairs }: Pick<MatchToShow, 'placing' | 'pairs'>,
  matched: Matched | undefined,
): Raster {
  const sheet = plain(query.width + GAP + candidate.width, Math.max(query.height, candidate.height), PAPER);
  const right = query.width + GAP;
  place(sheet, query, 0, 0);
  place(sheet, candidate, right, 0);
  if (matched) {
    trace(sheet, outlineOf(matched.query), OUTLINE, 0);
    trace(sheet, outlineOf(matched.candidate), OUTLINE, right);
  }
  if (placing) drawBorder(sheet, query, candidate, placing, right);
  const found = pairs.flatMap(({ query: from, candidate: to }): { from: Point; to: Point; colour: Rgb }[] => {
    const [start, end] = [pointOf(one, from), pointOf(other, to)];
    if (!start || !end) return [];
    return [{ from: start, to: [end[0] + right, end[1]], colour: colourOf(start, query) }];
  });
  for (const { from, to, colour } of spreadOut(found)) line(sheet, from, to, colour, 0.75);
  for (const { from, to, colour } of found)
    for (const point of [from, to]) {
      disc(sheet, point, 3, PAPER);
      disc(sheet, point, 2, colour);
    }
  return sheet;
}

/** A picture with all but the matched region faded to pale grey. */
export function dimOutside(picture: Raster, { bits }: Mask): Raster {
  const pixels = new Uint8ClampedArray(picture.pixels);
  bits.forEach((bit, pixel) => {
    if (bit === 1) return;
    const colour = colourAt(picture, pixel);
    const grey = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2];
    pixels.set(mix([grey, grey, grey], PAPER, DIMMED), pixel * 3);
  });
  return { ...picture, pixels: new Uint8Array(pixels.buffer) };
}

/** The query's border on the candidate, cut off where the candidate ends. */
function drawBorder(sheet: Raster, query: Raster, candidate: Raster, placing: Placing, right: number): void {
  const own = { ...candidate, pixels: new Uint8Array(candidate.pixels.length) };
  polygon(
    own,
    corners(query).map((corner) => move(placing, corner)),
    PAPER,
  );
  const bits = Uint8Array.from({ length: own.width * own.height }, (_, pixel) =>
    Number((own.pixels[pixel * 3] ?? 0) > 96),
  );
  trace(sheet, { width: own.width, height: own.height, bits }, FRAME_OF_QUERY, right);
}

function pointOf({ features }: SideToShow, place: number): Point | undefined {
  const [x, y] = [features.x[place], features.y[place]];
  return x === undefined || y === undefined ? undefined : [x, y];
}

/** A vivid colour that goes round with the direction from the picture's middle. */
function colourOf([x, y]: Point, { width, height }: Raster): Rgb {
  const angle = Math.atan2(y - height / 2, x - width / 2);
  return rgbOf([0.68, 0.19 * Math.cos(angle), 0.19 * Math.sin(angle)]);
}

/** Up to MAX_LINKS of them, each as far as can be from those before it. */
function spreadOut<T extends { readonly from: Point }>(found: readonly T[]): T[] {
  const chosen: T[] = [];
  const distances = found.map(() => Infinity);
  while (chosen.length < Math.min(MAX_LINKS, found.length)) {
    const next = distances.indexOf(Math.max(...distances));
    const taken = found[next];
    if (!taken) break;
    chosen.push(taken);
    found.forEach(({ from }, index) => {
      const away = Math.hypot(from[0] - taken.from[0], from[1] - taken.from[1]);
      distances[index] = index === next ? -1 : Math.min(distances[index] ?? 0, away);
    });
  }
  return chosen;
}
