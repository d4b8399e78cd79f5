import { type Random } from '../random.js';
import { CHINESE_COLOURS } from './chinese-colours.js';
import { type Colour, colourDistance, fromHex, type Oklch, toHex } from './oklch.js';

/** Light, middle or dark cloth, or nearly white. */
const GROUNDS: readonly [() => Range3, ...(() => Range3)[]] = [
  () => ({ l: [0.93, 0.98], c: [0, 0.025] }),
  () => ({ l: [0.82, 0.93], c: [0.02, 0.09] }),
  () => ({ l: [0.5, 0.78], c: [0.06, 0.16] }),
  () => ({ l: [0.3, 0.48], c: [0.05, 0.13] }),
  () => ({ l: [0.16, 0.28], c: [0.01, 0.07] }),
];

interface Range3 {
  readonly l: readonly [number, number];
  readonly c: readonly [number, number];
}

/** Hues of main, second, accent, foliage and line, counted from the ground's. */
const HARMONIES: readonly [readonly number[], ...(readonly number[])[]] = [
  [0, 20, 180, 150, 200],
  [30, -30, 170, 110, 0],
  [180, 200, 60, 140, 190],
  [120, 240, 0, 130, 120],
  [150, 210, 60, 100, 160],
  [90, 180, 270, 140, 90],
  [15, 8, 25, 60, 5],
  [0, 0, 0, 0, 0],
  [200, 30, 100, 150, 220],
];

/** Seven colours by role (see TONES), harmonious and apart enough from the ground to be seen. */
export function choosePalette(random: Random): Colour[] {
  return random.chance(0.4) ? traditionalPalette(random) : harmonicPalette(random);
}

function harmonicPalette(random: Random): Colour[] {
  const groundRange = random.pick(GROUNDS)();
  const ground: Oklch = {
    l: random.between(...groundRange.l),
    c: random.between(...groundRange.c),
    h: random.between(0, 360),
  };
  const hues = random.pick(HARMONIES);
  const lively = random.between(0.04, 0.19);
  const away = ground.l > 0.6 ? -1 : 1;
  const ink = (index: number, contrast: number, chroma: number): Colour =>
    toHex({
      l: Math.min(0.97, Math.max(0.14, ground.l + away * contrast)),
      c: lively * chroma,
      h: (ground.h + (hues[index] ?? 0) + random.between(-12, 12) + 360) % 360,
    });
  return [
    toHex(ground),
    ink(0, random.between(0.24, 0.5), 1),
    ink(1, random.between(0.12, 0.62), random.between(0.5, 1)),
    ink(2, random.between(0.2, 0.45), random.between(0.9, 1.4)),
    ink(3, random.between(0.25, 0.5), random.between(0.4, 0.9)),
    ink(4, random.between(0.55, 0.75), 0.35),
    lightOn(toHex(ground)),
  ];
}

/** Colours of the Chinese tradition, each chosen among a few for its distance from those before. */
function traditionalPalette(random: Random): Colour[] {
  const pool = random.shuffle(CHINESE_COLOURS).map(({ hex }) => hex);
  const chosen: Colour[] = [pool.shift() ?? '#f3f9f1'];
  while (chosen.length < 5) {
    const offers = pool.splice(0, 4);
    const apart = (hex: Colour): number => Math.min(...chosen.map((other) => colourDistance(hex, other)));
    const clear = offers.find((hex) => apart(hex) > 0.16);
    chosen.push(clear ?? offers.sort((p, q) => apart(q) - apart(p))[0] ?? '#262b33');
  }
  const [ground = '#f3f9f1'] = chosen;
  const dark = fromHex(ground).l < 0.55;
  const lines = dark
    ? ['#f3f9f1', '#eee2c8', '#f0c239', '#d6ecf0']
    : ['#262b33', '#493131', '#2e4e7e', '#60281e'];
  return [...chosen, random.shuffle(lines)[0] ?? '#262b33', lightOn(ground)];
}

/** A pale tone that still stands off its ground. */
function lightOn(ground: Colour): Colour {
  const { l, c, h } = fromHex(ground);
  return toHex({ l: l > 0.82 ? l - 0.14 : 0.95, c: Math.max(0.012, c * 0.35), h });
}

/** The traditional name nearest to the colour. */
export function nameColour(colour: Colour): string {
  const nearest = CHINESE_COLOURS.reduce((best, offer) =>
    colourDistance(offer.hex, colour) < colourDistance(best.hex, colour) ? offer : best,
  );
  return nearest.name;
}
