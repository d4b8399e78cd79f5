import { lightnessOf } from './colour.js';
import { colourAt, mix, paint, type Mask, type Raster, type Rgb } from './raster.js';
import type { Warped } from './warp.js';

const { sqrt, floor } = Math;

/** What shows that nothing of the query lies there. */
export const NOTHING: Rgb = [214, 214, 214];
/** Inks as in printing: what both print becomes black. */
const QUERY_INK: Rgb = [230, 0, 60];
const CANDIDATE_INK: Rgb = [0, 170, 190];
const PAPER: Rgb = [255, 255, 255];
/** Side of a field of the checkerboard, pixels. */
const FIELD = 32;

/**
 * Both drawings printed on one sheet: the query's lines in red, the candidate's in cyan, and where both have one, nearly
 * black. Where nothing of the query lies, the candidate's lines stand on grey.
 */
export function drawLines(candidate: Raster, { raster, covered }: Warped): Raster {
  const own = linesOf(candidate);
  const other = linesOf(raster, covered);
  return paint(candidate.width, candidate.height, (pixel) => {
    const sheet = covered.bits[pixel] === 1 ? PAPER : NOTHING;
    const red = mix(PAPER, QUERY_INK, other[pixel] ?? 0);
    const cyan = mix(PAPER, CANDIDATE_INK, own[pixel] ?? 0);
    return [
      (sheet[0] * red[0] * cyan[0]) / 255 ** 2,
      (sheet[1] * red[1] * cyan[1]) / 255 ** 2,
      (sheet[2] * red[2] * cyan[2]) / 255 ** 2,
    ];
  });
}

/** Fields of both pictures by turns: lines that go on from field to field are the same lines. */
export function drawCheckerboard(candidate: Raster, { raster, covered }: Warped): Raster {
  const { width, height } = candidate;
  return paint(width, height, (pixel) => {
    const [x, y] = [pixel % width, floor(pixel / width)];
    const ofQuery = (floor(x / FIELD) + floor(y / FIELD)) % 2 === 1;
    return ofQuery && covered.bits[pixel] === 1 ? colourAt(raster, pixel) : colourAt(candidate, pixel);
  });
}

/**
 * How much of a line each pixel is, 0 to 1: the gradient of the lightness, against the strongest tenth of the picture, so that
 * faint cloth draws as well as bold print.
 * @param covered pixels outside of it, and those that touch them, are no lines
 */
function linesOf(raster: Raster, covered?: Mask): Float32Array {
  const { width, height } = raster;
  const lightness = soften(lightnessOf(raster), width);
  const strength = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const pixel = y * width + x;
      if (covered && !isInside(covered, pixel, width)) continue;
      const value = (dx: number, dy: number): number => lightness[pixel + dy * width + dx] ?? 0;
      const across =
        value(1, -1) + 2 * value(1, 0) + value(1, 1) - value(-1, -1) - 2 * value(-1, 0) - value(-1, 1);
      const down =
        value(-1, 1) + 2 * value(0, 1) + value(1, 1) - value(-1, -1) - 2 * value(0, -1) - value(1, -1);
      strength[pixel] = sqrt(across * across + down * down);
    }
  }
  const sorted = Float32Array.from(strength).sort();
  const strong = Math.max(0.05, sorted[Math.floor(sorted.length * 0.92)] ?? 0);
  return strength.map((value) => clamp((value / strong - 0.25) / 0.75));
}

/** Mean with the neighbours, the nearer the more (3 x 3 binomial, twice): weave and noise are no lines. */
function soften(values: Float32Array, width: number): Float32Array {
  let soft = values;
  for (const step of [1, width, 1, width])
    soft = soft.map((value, at) => (2 * value + (soft[at - step] ?? value) + (soft[at + step] ?? value)) / 4);
  return soft;
}

function clamp(share: number): number {
  return share < 0 ? 0 : share > 1 ? 1 : share;
}

function isInside({ bits }: Mask, pixel: number, width: number): boolean {
  for (const step of [0, 1, -1, width, -width]) if (bits[pixel + step] !== 1) return false;
  return true;
}
