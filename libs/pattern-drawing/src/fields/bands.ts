import { type Part, type Point, polyline, rectangle, ribbon, smooth } from '../geometry/path.js';
import { type Random } from '../random.js';

/** Widths of bands that fill `length`, broad and narrow mixed. */
function sett(random: Random, length: number, count: number): { from: number; width: number }[] {
  const shares = Array.from({ length: count }, () => random.pick([1, 1, 2, 3, 5, 8]));
  const total = shares.reduce((sum, share) => sum + share, 0);
  let from = 0;
  return shares.map((share) => {
    const band = { from, width: (share / total) * length };
    from += band.width;
    return band;
  });
}

/** Upright stripes of several widths; every second stays ground. */
export function stripes(random: Random, width: number, height: number): Part[] {
  return sett(random, width, random.pick([2, 4, 6, 8, 10])).flatMap((band, i) =>
    i % 2 === 1 ? [] : [{ d: rectangle(band.from, 0, band.width, height), tone: i / 2, crisp: true }],
  );
}

/** Stripes that slant once over the width while they go once down. */
export function diagonals(random: Random, width: number, height: number): Part[] {
  const side = random.pick([1, -1]);
  return sett(random, width, random.pick([2, 2, 4, 6])).flatMap((band, i) => {
    if (i % 2 === 1) return [];
    const [left, right] = [band.from, band.from + band.width];
    return [
      {
        d: polyline([
          [left, 0],
          [right, 0],
          [right + side * width, height],
          [left + side * width, height],
        ]),
        tone: i / 2,
      },
    ];
  });
}

/** Tartan: one sett both ways, bands half covering one another as in cloth woven of dyed yarn. */
export function tartan(random: Random, width: number, height: number): Part[] {
  const seed = random.seed();
  const bands = sett(random, 1, random.pick([5, 7, 9, 11]));
  const mirrored = [...bands, ...bands.map(({ from, width: w }) => ({ from: 2 - from - w, width: w }))];
  return mirrored.flatMap((band, i) => {
    const index = i < bands.length ? i : i - bands.length;
    const tone = (index + seed) % 5;
    if (index % 3 === 0) return [];
    return [
      {
        d: rectangle((band.from * width) / 2, 0, (band.width * width) / 2, height),
        tone,
        opacity: 0.55,
        crisp: true,
      },
      {
        d: rectangle(0, (band.from * height) / 2, width, (band.width * height) / 2),
        tone,
        opacity: 0.5,
        crisp: true,
      },
    ];
  });
}

/** Gingham: equal bands both ways, darkest where they cross. */
export function gingham(random: Random, width: number, height: number): Part[] {
  const share = random.between(0.4, 0.6);
  return [
    { d: rectangle(0, 0, width * share, height), tone: 0, opacity: 0.55, crisp: true },
    { d: rectangle(0, 0, width, height * share), tone: 0, opacity: 0.55, crisp: true },
  ];
}

/** Thin lines both ways, single or double. */
export function windowpane(random: Random, width: number, height: number): Part[] {
  const line = random.between(0.02, 0.07) * width;
  const lines = random.chance(0.5) ? [0.5] : [0.42, 0.58];
  return lines.flatMap((at, i) => [
    {
      d: polyline(
        [
          [at * width, -1],
          [at * width, height + 1],
        ],
        false,
      ),
      tone: i,
      line,
    },
    {
      d: polyline(
        [
          [-1, at * height],
          [width + 1, at * height],
        ],
        false,
      ),
      tone: i,
      line,
    },
  ]);
}

/** Chessboard, plain or with small squares in the fields. */
export function checkerboard(random: Random, width: number, height: number): Part[] {
  const [w, h] = [width / 2, height / 2];
  const inner = random.between(0.2, 0.3);
  const boards: Part[] = [{ d: rectangle(0, 0, w, h) + rectangle(w, h, w, h), tone: 0 }];
  if (random.chance(0.5))
    boards.push({
      d:
        rectangle(w * inner, h * inner, w * (1 - 2 * inner), h * (1 - 2 * inner)) +
        rectangle(w * (1 + inner), h * (1 + inner), w * (1 - 2 * inner), h * (1 - 2 * inner)),
      tone: 1,
    });
  if (random.chance(0.5))
    boards.push({
      d:
        rectangle(w * (1 + inner), h * inner, w * (1 - 2 * inner), h * (1 - 2 * inner)) +
        rectangle(w * inner, h * (1 + inner), w * (1 - 2 * inner), h * (1 - 2 * inner)),
      tone: 2,
    });
  return boards;
}

/** Zigzag bands. */
export function chevron(random: Random, width: number, height: number): Part[] {
  const rise = random.between(0.3, 1.2) * height * random.pick([1, 1, -1]);
  return sett(random, height, random.pick([2, 2, 4, 6])).flatMap((band, i) => {
    if (i % 2 === 1) return [];
    const top = band.from;
    const bottom = band.from + band.width + 0.3;
    return [-1, 0, 1].map((row): Part => ({
      d: polyline([
        [0, top + row * height],
        [width / 2, top + rise + row * height],
        [width, top + row * height],
        [width, bottom + row * height],
        [width / 2, bottom + rise + row * height],
        [0, bottom + row * height],
      ]),
      tone: i / 2,
    }));
  });
}

/** Wavy lines or ribbons. */
export function waves(random: Random, width: number, height: number): Part[] {
  const lines = random.whole(2, 6);
  const rise = (random.between(0.2, 0.9) * height) / lines;
  const swelling = random.chance(0.5);
  return Array.from({ length: lines }, (_, i): Part => {
    const points = Array.from({ length: 25 }, (_, k): Point => [
      (k / 16 - 0.25) * width,
      ((i + 0.5) * height) / lines + rise * Math.sin((k / 8) * Math.PI),
    ]);
    const thick = (height / lines) * random.between(0.15, 0.5);
    return swelling
      ? { d: ribbon(points, (t) => thick * (1 + 0.7 * Math.cos(t * 24 * (Math.PI / 8)))), tone: i }
      : { d: smooth(points, false), tone: i, line: thick };
  });
}

/** Houndstooth: four dark and four light yarns both ways in a two-and-two twill. */
export function houndstooth(_random: Random, width: number, height: number): Part[] {
  const [w, h] = [width / 8, height / 8];
  const picks = Array.from({ length: 64 }, (_, i) => [i % 8, Math.floor(i / 8)] as const);
  const dark = picks.filter(([warp, weft]) => ((warp - weft + 8) % 4 < 2 ? warp : weft) < 4);
  return [
    { d: dark.map(([warp, weft]) => rectangle(warp * w, weft * h, w, h)).join(''), tone: 0, crisp: true },
  ];
}

/** Argyle: diamonds in two tones under a fine crossed line. */
export function argyle(random: Random, width: number, height: number): Part[] {
  const diamond = (x: number, y: number, w: number, h: number): string =>
    polyline([
      [x, y - h],
      [x + w, y],
      [x, y + h],
      [x - w, y],
    ]);
  const [w, h] = [width / 2, height / 2];
  return [
    { d: diamond(w, h, w, h), tone: 0 },
    {
      d: diamond(0, 0, w * 0.5, h * 0.5) + diamond(w, h, w * 0.5, h * 0.5),
      tone: 1,
      opacity: random.between(0.4, 1),
    },
    {
      d:
        polyline(
          [
            [0, 0],
            [width, height],
          ],
          false,
        ) +
        polyline(
          [
            [width, 0],
            [0, height],
          ],
          false,
        ),
      tone: 2,
      line: width * random.between(0.01, 0.03),
    },
  ];
}
