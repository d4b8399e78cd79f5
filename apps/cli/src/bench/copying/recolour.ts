import { type Random } from '#libs/pattern-drawing';
import { drain, open, recolourEach, type Raster } from './raster.js';
import { type Severity } from './severity.js';

type Rgb = [number, number, number];

const HUE_TURNS = { mild: 20, medium: 60 } as const;
const COLOURS = 6;
const ROUNDS = 8;
const SAMPLES = 2_000;

/** Mild and medium: every hue turned by 20 or 60 degrees to either side. Hard: another palette, light and dark exchanged. */
export async function recolour(raster: Raster, severity: Severity, random: Random): Promise<Raster> {
  if (severity === 'hard') return invertedPalette(raster, random);
  const turn = HUE_TURNS[severity] * random.pick([-1, 1]);
  return drain(open(raster).modulate({ hue: (turn + 360) % 360 }));
}

/** Finds the picture's main colours, gives each a colour of random hue with the opposite lightness, and mixes between them. */
export function invertedPalette(raster: Raster, random: Random): Raster {
  const palette = mainColours(raster, random);
  const replaced = palette.map((colour) => withLuma(255 - luma(colour), random));
  return recolourEach(raster, (rgb) => {
    const weights = palette.map((colour) => 1 / (distance(rgb, colour) + 1) ** 2);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const channel of [0, 1, 2] as const)
      rgb[channel] =
        weights.reduce((sum, weight, i) => sum + weight * (replaced[i]?.[channel] ?? 0), 0) / total;
  });
}

/** k-means over sampled pixels; colours that no pixel is nearest to stay where they began. */
function mainColours({ pixels }: Raster, random: Random): Rgb[] {
  const count = pixels.length / 3;
  const samples = Array.from({ length: Math.min(SAMPLES, count) }, (): Rgb => {
    const at = random.whole(0, count - 1) * 3;
    return [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
  });
  let centres = samples.slice(0, COLOURS);
  for (let round = 0; round < ROUNDS; round++) {
    const groups = centres.map((): Rgb[] => []);
    for (const sample of samples) groups[nearest(sample, centres)]?.push(sample);
    centres = centres.map((centre, i) => meanOf(groups[i] ?? []) ?? centre);
  }
  return centres;
}

function nearest(colour: Rgb, centres: readonly Rgb[]): number {
  const distances = centres.map((centre) => distance(colour, centre));
  return distances.indexOf(Math.min(...distances));
}

function meanOf(colours: readonly Rgb[]): Rgb | undefined {
  if (colours.length === 0) return undefined;
  const mean = (channel: 0 | 1 | 2): number =>
    colours.reduce((sum, colour) => sum + colour[channel], 0) / colours.length;
  return [mean(0), mean(1), mean(2)];
}

/** Square of the Euclidean distance. */
function distance(a: Rgb, b: Rgb): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

/** ITU-R BT.601, 0 to 255. */
function luma([red, green, blue]: Rgb): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** A colour of random hue and strength, mixed with black or white until it has this luma. */
function withLuma(wanted: number, random: Random): Rgb {
  const hue = random.between(0, 6);
  const strength = random.between(0.3, 0.9);
  const channel = (shift: number): number => {
    const pure = Math.min(1, Math.max(0, Math.abs(((hue + shift) % 6) - 3) - 1));
    return 255 * (0.5 + (pure - 0.5) * strength);
  };
  const colour: Rgb = [channel(0), channel(4), channel(2)];
  const own = luma(colour);
  const [towards, share] =
    wanted < own ? [0, 1 - wanted / own] : [255, (wanted - own) / Math.max(1, 255 - own)];
  return [
    colour[0] + (towards - colour[0]) * share,
    colour[1] + (towards - colour[1]) * share,
    colour[2] + (towards - colour[2]) * share,
  ];
}
