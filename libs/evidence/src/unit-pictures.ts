import { differenceOf, labOf, type Lab } from './colour.js';
import { fitColours } from './fit-colours.js';
import { invert, move, type Placing, type Point } from './placing.js';
import { mix, paint, place, plain, type Raster, type Rgb } from './raster.js';
import { colourOfPattern, type ColourUnit } from './repeat-unit.js';
import { polygon } from './strokes.js';

/** Longer side of a unit's picture, pixels. */
const SIDE = 360;
/** The window shows this much of the pattern, in sides of the rectangle round one unit. */
const WINDOW = 1.5;
/** Colours are fitted on every so-manieth pixel. */
const FITTED_EVERY = 7;
const LEGEND_HEIGHT = 14;
const LEGEND_GAP = 6;
/** The difference, in OKLab, that is painted darkest. */
export const DARKEST = 0.25;
const PAPER: Rgb = [255, 255, 255];
const OUTLINE: Rgb = [255, 0, 200];
const HEAT: readonly Rgb[] = [PAPER, [255, 214, 102], [226, 60, 38], [84, 0, 30]];

/** Both units in the candidate's position, and their difference. */
export interface UnitPictures {
  readonly query: Raster;
  readonly candidate: Raster;
  readonly difference: Raster;
  /** What of the query's pattern lies in the candidate's window, and the window, without outlines. */
  readonly windows: { readonly query: Raster; readonly candidate: Raster };
  /** Mean difference of the colours as they are, OKLab. */
  readonly colourDifference: number;
  /** Mean difference that is left when the query's colours are changed, all in one way, to fit the candidate's. */
  readonly drawingDifference: number;
}

/**
 * Draws the endless patterns that both units make, in one window of the candidate's frame, one unit outlined in magenta; and where
 * they differ once the query's colours are fitted to the candidate's, white for equal to dark red for DARKEST and over.
 * @param placing from the query's analysis frame to the candidate's; it can be turned round
 */
export function drawUnits(query: ColourUnit, candidate: ColourUnit, placing: Placing): UnitPictures {
  const back = invert(placing);
  if (!back) throw new RangeError('placing: flattens the picture; give one that can be turned round');
  const { a, b } = candidate;
  const corners: Point[] = [[0, 0], a, [a[0] + b[0], a[1] + b[1]], b];
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [wide, high] = [Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
  const zoom = SIDE / (Math.max(wide, high) * WINDOW);
  const [width, height] = [wide, high].map((side) => Math.max(24, Math.round(side * WINDOW * zoom)));
  if (width === undefined || height === undefined) throw new Error('a window has two sides');
  const [left, top] = [
    (Math.max(...xs) + Math.min(...xs) - width / zoom) / 2,
    (Math.max(...ys) + Math.min(...ys) - height / zoom) / 2,
  ];
  const pointOf = (pixel: number): Point => [
    left + ((pixel % width) + 0.5) / zoom,
    top + (Math.floor(pixel / width) + 0.5) / zoom,
  ];
  const own = paint(width, height, (pixel) => colourOfPattern(candidate, ...pointOf(pixel)));
  const other = paint(width, height, (pixel) => colourOfPattern(query, ...move(back, pointOf(pixel))));
  const outline = corners.map(([x, y]): Point => [(x - left) * zoom, (y - top) * zoom]);
  const { difference, colourDifference, drawingDifference } = compare(other, own);
  const outlined = (raster: Raster): Raster => {
    const copy = { ...raster, pixels: new Uint8Array(raster.pixels) };
    polygon(copy, outline, OUTLINE);
    return copy;
  };
  return {
    query: outlined(other),
    candidate: outlined(own),
    difference: withLegend(outlined(difference)),
    windows: { query: other, candidate: own },
    colourDifference,
    drawingDifference,
  };
}

function compare(query: Raster, candidate: Raster) {
  const [from, to] = [labsIn(query), labsIn(candidate)];
  const some = (_: Lab, at: number): boolean => at % FITTED_EVERY === 0;
  const fit = fitColours(from.filter(some), to.filter(some));
  const fitted = from.map(fit);
  const mean = (colours: readonly Lab[]): number =>
    colours.reduce((sum, lab, at) => sum + differenceOf(lab, to[at] ?? lab), 0) / colours.length;
  const difference = paint(candidate.width, candidate.height, (pixel) => {
    const [one, other] = [fitted[pixel], to[pixel]];
    return one && other ? heat(differenceOf(one, other) / DARKEST) : PAPER;
  });
  return { difference, colourDifference: mean(from), drawingDifference: mean(fitted) };
}

function labsIn({ width, height, pixels }: Raster): Lab[] {
  return Array.from({ length: width * height }, (_, pixel) =>
    labOf([pixels[pixel * 3] ?? 0, pixels[pixel * 3 + 1] ?? 0, pixels[pixel * 3 + 2] ?? 0]),
  );
}

/** White at 0, over yellow and red, to dark red at 1. */
function heat(share: number): Rgb {
  const along = Math.min(1, Math.max(0, share)) * (HEAT.length - 1);
  const below = Math.min(HEAT.length - 2, Math.floor(along));
  return mix(HEAT[below] ?? PAPER, HEAT[below + 1] ?? PAPER, along - below);
}

/** Below the map a bar from equal (left) to different (right). */
function withLegend(map: Raster): Raster {
  const sheet = plain(map.width, map.height + LEGEND_GAP + LEGEND_HEIGHT, PAPER);
  place(sheet, map, 0, 0);
  const bar = paint(map.width, LEGEND_HEIGHT, (pixel) => {
    const [x, y] = [pixel % map.width, Math.floor(pixel / map.width)];
    const border = x === 0 || x === map.width - 1 || y === 0 || y === LEGEND_HEIGHT - 1;
    return border ? [120, 120, 120] : heat(x / (map.width - 1));
  });
  place(sheet, bar, 0, map.height + LEGEND_GAP);
  return sheet;
}
