/** "#rrggbb". */
export type Colour = string;

/** Lightness 0 to 1, chroma 0 to about 0.3, hue in degrees (Ottosson's OKLCH). */
export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

/** Red, green and blue, 0 to 255, of "#rrggbb". */
export function channels(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** "#rrggbb" of the colour; what a screen cannot show loses chroma until it can. */
export function toHex(colour: Oklch): string {
  for (let c = colour.c; ; c -= 0.01) {
    const rgb = linearRgb({ ...colour, c: Math.max(c, 0) });
    if (c <= 0 || rgb.every((value) => value >= -0.0005 && value <= 1.0005))
      return `#${rgb.map((value) => gammaByte(value).toString(16).padStart(2, '0')).join('')}`;
  }
}

/** OKLab distance of two "#rrggbb": about 0.02 is just seen, 1 is black against white. */
export function colourDistance(one: string, other: string): number {
  const [p, q] = [oklab(one), oklab(other)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

export function fromHex(colour: string): Oklch {
  const [l, a, b] = oklab(colour);
  return { l, c: Math.hypot(a, b), h: ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360 };
}

function linearRgb({ l, c, h }: Oklch): [number, number, number] {
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
}

function gammaByte(linear: number): number {
  const value = Math.min(Math.max(linear, 0), 1);
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}

function oklab(colour: string): [number, number, number] {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const middle = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
  ];
}
