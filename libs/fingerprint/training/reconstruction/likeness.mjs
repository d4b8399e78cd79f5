import sharp from 'sharp';
import { gradientStrength, lumaOf } from './planes.mjs';

/** Sides to which pictures are brought before their luma is compared, pixels. */
export const SIDES = [16, 32, 96];
/** Side at which gradients are compared. */
const GRADIENT_SIDE = 96;
/** Side at which colours are compared. */
const COLOUR_SIDE = 8;

/**
 * How alike two pictures are.
 * @param one, other rasters: width, height and pixels (sRGB, three bytes each)
 * @returns `luma`: Pearson's correlation at each of SIDES; `gradient`: that of the gradient's strength; `colour`: mean
 *   difference of an 8 x 8 layout, CIE 1976 delta E
 */
export async function likeness(one, other) {
  const luma = [];
  for (const side of SIDES) {
    const [a, b] = await Promise.all([one, other].map(async (raster) => lumaOf(await bring(raster, side))));
    luma.push(correlation(a.values, b.values));
  }
  const [a, b] = await Promise.all([one, other].map((raster) => bring(raster, COLOUR_SIDE)));
  return {
    luma,
    gradient: correlation(await edges(one), await edges(other)),
    colour: colourError(a.pixels, b.pixels),
  };
}

/** Correlation of a drawing of edges with the gradient's strength of a picture. */
export async function edgeLikeness(drawing, picture) {
  const pixels = Uint8Array.from(
    { length: drawing.values.length * 3 },
    (_, i) => drawing.values[Math.floor(i / 3)],
  );
  const drawn = lumaOf(await bring({ ...drawing, pixels }, GRADIENT_SIDE));
  return correlation(drawn.values, await edges(picture));
}

async function edges(raster) {
  return gradientStrength(lumaOf(await bring(raster, GRADIENT_SIDE))).values;
}

async function bring({ width, height, pixels }, side) {
  const data = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  return { width: side, height: side, pixels: data };
}

/** 0 where one of the two does not vary. */
export function correlation(a, b) {
  const [meanA, meanB] = [a, b].map(
    (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  );
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    both += (a[i] - meanA) * (b[i] - meanB);
    squaresA += (a[i] - meanA) ** 2;
    squaresB += (b[i] - meanB) ** 2;
  }
  return squaresA > 0 && squaresB > 0 ? both / Math.sqrt(squaresA * squaresB) : 0;
}

function colourError(one, other) {
  let sum = 0;
  for (let at = 0; at < one.length; at += 3) {
    const [a, b] = [one, other].map((pixels) => labOf(pixels.subarray(at, at + 3)));
    sum += Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  }
  return (3 * sum) / one.length;
}

/** CIE L*a*b* under D65 of an sRGB colour. */
function labOf(colour) {
  const [r, g, b] = Array.from(colour, (value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map((value) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
