import type { Raster, Rgb } from './raster.js';

/** A colour in OKLab (Ottosson 2020): lightness 0 to 1, green to red, blue to yellow; distances are nearly those that people see. */
export type Lab = readonly [number, number, number];

const { cbrt, sqrt } = Math;

const LINEAR = Float64Array.from({ length: 256 }, (_, value) => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
});

/** Linear light, 0 to 1, of an sRGB value, 0 to 255, rounded down. */
export function linear(value: number): number {
  return LINEAR[value & 255] ?? 0;
}

/** OKLab of linear light. */
export function labOfLinear(red: number, green: number, blue: number): Lab {
  const l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** OKLab of an sRGB colour. */
export function labOf([red, green, blue]: Rgb): Lab {
  return labOfLinear(linear(red), linear(green), linear(blue));
}

/** The sRGB colour of an OKLab one, clamped. */
export function rgbOf([lightness, a, b]: Lab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Difference as seen: about 0.02 is just noticeable, 1 is black against white. */
export function differenceOf(one: Lab, other: Lab): number {
  return sqrt((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2);
}

/** Every pixel in OKLab, three numbers each. */
export function labsOf({ pixels }: Raster): Float32Array {
  const labs = new Float32Array(pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    const lab = labOf([pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0]);
    labs[at] = lab[0];
    labs[at + 1] = lab[1];
    labs[at + 2] = lab[2];
  }
  return labs;
}

/** The lightness of every pixel, 0 to 1. */
export function lightnessOf({ width, height, pixels }: Raster): Float32Array {
  const lightness = new Float32Array(width * height);
  for (let at = 0; at < pixels.length; at += 3)
    lightness[at / 3] = labOf([pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0])[0];
  return lightness;
}

/** "#rrggbb". */
export function hexOf(colour: Rgb): string {
  return `#${colour.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

function encoded(light: number): number {
  const part = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, part)) * 255);
}
