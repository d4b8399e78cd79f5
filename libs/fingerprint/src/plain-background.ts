import { medianColour, sideOf, SIDES, type Colour, type Side } from './raster-side.js';
import { CHANNELS, wholeOf, type Raster, type Rectangle } from './raster.js';

/** How far a background may drift from its colour at the border (light, shadow), and from one pixel to the next, 8-bit levels. */
const DRIFT = 48;
const STEP = 9;
/** Least share of the picture's outermost pixels that are background. */
const LEAST_AROUND = 0.6;
/** Least share of all that is not background in one piece. */
const LEAST_IN_ONE = 0.85;
/** Least side of a picture whose background can be told, pixels. */
const LEAST_SIDE = 24;
/** Least share of the largest piece that another one fills; less is JPEG noise, dust, lettering. */
const SPECK = 0.01;
/** Least share of its bounding rectangle that this piece fills. */
const LEAST_SOLID = 0.3;
/** Least margin on three of four sides, as a share of the picture. */
const LEAST_MARGIN = 0.03;

/** Least share of such a side's outermost pixels that are background: beside a motif of a pattern there are others. */
const LEAST_END = 0.97;
/** Roughest background, 8-bit levels from pixel to pixel; woven cloth is rougher. */
const MOST_ROUGH = 2.5;

interface Piece {
  readonly area: number;
  readonly rectangle: Rectangle;
}

/**
 * What stands on a plain background: a garment, a swatch, one motif. The background is one colour, evenly or unevenly lit,
 * around most of the picture and on three sides at least; what stands on it is one piece. Several pieces are a pattern
 * on its own ground and stay as they are.
 * @returns the piece's bounding rectangle, or null if the picture is not of this kind
 */
export function onPlainBackground(raster: Raster): Rectangle | null {
  if (Math.min(raster.width, raster.height) < LEAST_SIDE) return null;
  const background = floodFromBorder(raster);
  if (!background) return null;
  const pieces = piecesOutside(background, raster);
  if (pieces.length === 0) return null;
  const largest = Math.max(...pieces.map(({ area }) => area));
  const everything = pieces.reduce((sum, { area }) => sum + area, 0);
  const rectangle = around(pieces.filter(({ area }) => area >= largest * SPECK));
  const { width, height } = raster;
  const free = SIDES.filter((name) => {
    const side = sideOf(raster, wholeOf(raster), name);
    const margin = {
      left: rectangle.left,
      top: rectangle.top,
      right: width - rectangle.left - rectangle.width,
      bottom: height - rectangle.top - rectangle.height,
    }[name];
    return margin >= side.depth * LEAST_MARGIN && plainEnd(side, background) >= LEAST_END;
  });
  const stands =
    largest >= everything * LEAST_IN_ONE &&
    largest >= rectangle.width * rectangle.height * LEAST_SOLID &&
    free.length >= 3 &&
    roughness(raster, background) <= MOST_ROUGH;
  return stands ? rectangle : null;
}

/** The share of a side's outermost pixels that are background. */
function plainEnd(side: Side, background: Uint8Array): number {
  let plain = 0;
  for (let along = 0; along < side.length; along++) plain += background[side.at(along, 0) / CHANNELS] ?? 0;
  return plain / side.length;
}

/** Mean step in green from one background pixel to the next of its row, 8-bit levels. */
function roughness({ pixels }: Raster, background: Uint8Array): number {
  let [steps, count] = [0, 0];
  for (let place = 1; place < background.length; place++) {
    if (background[place] === 0 || background[place - 1] === 0) continue;
    const green = place * CHANNELS + 1;
    steps += Math.abs((pixels[green] ?? 0) - (pixels[green - CHANNELS] ?? 0));
    count++;
  }
  return steps / Math.max(1, count);
}

function around(pieces: readonly Piece[]): Rectangle {
  const left = Math.min(...pieces.map(({ rectangle }) => rectangle.left));
  const top = Math.min(...pieces.map(({ rectangle }) => rectangle.top));
  const right = Math.max(...pieces.map(({ rectangle }) => rectangle.left + rectangle.width));
  const bottom = Math.max(...pieces.map(({ rectangle }) => rectangle.top + rectangle.height));
  return { left, top, width: right - left, height: bottom - top };
}

/** 1 for each background pixel: connected to the border, of nearly its colour, without a step on the way. Null if there is none. */
function floodFromBorder(raster: Raster): Uint8Array | null {
  const { width, height, pixels } = raster;
  const near = (place: number, colour: Colour) =>
    colour.every((level, channel) => Math.abs((pixels[place * CHANNELS + channel] ?? 0) - level) <= DRIFT);
  const alike = (one: number, other: number) =>
    [0, 1, 2].every(
      (channel) =>
        Math.abs((pixels[one * CHANNELS + channel] ?? 0) - (pixels[other * CHANNELS + channel] ?? 0)) <= STEP,
    );
  const border = outermost(width, height);
  const colour = medianColour(sideOf(raster, wholeOf(raster), 'top'), 0, 2);
  const background = new Uint8Array(width * height);
  const queue = new Int32Array(width * height);
  let end = 0;
  const take = (place: number) => {
    if (background[place] === 1) return;
    background[place] = 1;
    queue[end++] = place;
  };
  const start = border.filter((place) => near(place, colour));
  if (start.length < border.length * LEAST_AROUND) return null;
  start.forEach(take);
  for (let next = 0; next < end; next++) {
    const place = queue[next] ?? 0;
    for (const neighbour of neighbours(place, width, height))
      if (background[neighbour] === 0 && near(neighbour, colour) && alike(place, neighbour)) take(neighbour);
  }
  return background;
}

function outermost(width: number, height: number): number[] {
  const places: number[] = [];
  for (let x = 0; x < width; x++) places.push(x, (height - 1) * width + x);
  for (let y = 1; y < height - 1; y++) places.push(y * width, y * width + width - 1);
  return places;
}

function neighbours(place: number, width: number, height: number): number[] {
  const x = place % width;
  const y = (place - x) / width;
  const next: number[] = [];
  if (x > 0) next.push(place - 1);
  if (x < width - 1) next.push(place + 1);
  if (y > 0) next.push(place - width);
  if (y < height - 1) next.push(place + width);
  return next;
}

/** The connected pieces of what is not background. */
function piecesOutside(background: Uint8Array, { width, height }: Raster): Piece[] {
  const seen = Uint8Array.from(background);
  const queue = new Int32Array(width * height);
  const pieces: Piece[] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1) continue;
    let [left, top, right, bottom] = [width, height, 0, 0];
    let end = 0;
    queue[end++] = start;
    seen[start] = 1;
    for (let next = 0; next < end; next++) {
      const place = queue[next] ?? 0;
      const x = place % width;
      const y = (place - x) / width;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      for (const neighbour of neighbours(place, width, height)) {
        if (seen[neighbour] === 1) continue;
        seen[neighbour] = 1;
        queue[end++] = neighbour;
      }
    }
    pieces.push({ area: end, rectangle: { left, top, width: right - left + 1, height: bottom - top + 1 } });
  }
  return pieces;
}
