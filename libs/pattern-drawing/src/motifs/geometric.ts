import {
  around,
  circle,
  type Part,
  type Point,
  polar,
  polyline,
  rectangle,
  smooth,
} from '../geometry/path.js';
import { petal } from '../geometry/petal.js';
import { type Random } from '../random.js';

const MAIN = 0;
const SECOND = 1;
const ACCENT = 2;
const LINE = 4;

const regular = (sides: number, radius: number, start = 0): string =>
  polyline(around(sides, start).map((angle) => polar(angle, radius)));

const starPoints = (tips: number, outer: number, inner: number, start = 0): Point[] =>
  around(tips * 2, start).map((angle, i) => polar(angle, i % 2 === 0 ? outer : inner));

/** Nested stars. */
export function star(random: Random): Part[] {
  const tips = random.pick([4, 5, 6, 8, 8, 10, 12]);
  const depth = random.between(0.35, 0.72);
  const layers = random.whole(1, 4);
  const parts = Array.from({ length: layers }, (_, i): Part => {
    const size = 1 - i * (0.8 / layers);
    return {
      d: polyline(
        starPoints(tips, size, size * depth, i % 2 === 1 && random.chance(0.5) ? Math.PI / tips : 0),
      ),
      tone: [MAIN, SECOND, ACCENT, LINE][i] ?? MAIN,
    };
  });
  return random.chance(0.4) ? [...parts, { d: circle(0, 0, 0.14), tone: ACCENT }] : parts;
}

/** Interlaced girih-like rosette: star polygon strokes with kites between. */
export function rosette(random: Random): Part[] {
  const tips = random.pick([6, 8, 8, 10, 12, 16]);
  const skip = random.whole(2, Math.max(2, Math.floor(tips / 2) - 1));
  const chords = around(tips).map((angle) =>
    polyline([polar(angle, 0.95), polar(angle + (skip * 2 * Math.PI) / tips, 0.95)], false),
  );
  const kites = around(tips, Math.PI / tips).map((angle) =>
    polyline([
      polar(angle, 0.98),
      polar(angle + 0.9 / tips, 0.72),
      polar(angle, 0.5),
      polar(angle - 0.9 / tips, 0.72),
    ]),
  );
  return [
    ...(random.chance(0.6) ? [{ d: circle(0, 0, 0.98), tone: SECOND }] : []),
    { d: kites.join(''), tone: MAIN },
    { d: chords.join(''), tone: LINE, line: random.between(0.03, 0.08) },
    { d: polyline(starPoints(tips, 0.34, 0.2)), tone: ACCENT },
  ];
}

/** Polygons in one another, turning or not. */
export function nestedPolygon(random: Random): Part[] {
  const sides = random.pick([3, 4, 4, 6, 6, 8]);
  const layers = random.whole(2, 5);
  const twist = random.pick([0, 0, Math.PI / sides, 0.2]);
  const start = random.pick([0, Math.PI / sides]);
  return Array.from({ length: layers }, (_, i) => ({
    d: regular(sides, 1 - (i * 0.9) / layers, start + twist * i),
    tone: [MAIN, SECOND, ACCENT, LINE][i % 4] ?? MAIN,
  }));
}

/** Rings, half rings and dots about one middle. */
export function rings(random: Random): Part[] {
  const count = random.whole(1, 5);
  const parts = Array.from({ length: count }, (_, i): Part => ({
    d: circle(0, 0, 0.95 - (i * 0.88) / count),
    tone: [MAIN, SECOND, ACCENT, LINE][i % 4] ?? MAIN,
    ...(random.chance(0.3) ? { line: 0.3 / count } : {}),
  }));
  if (random.chance(0.4))
    parts.push({
      d: around(random.whole(8, 16))
        .map((angle) => circle(...polar(angle, 0.8), 0.07))
        .join(''),
      tone: ACCENT,
    });
  return parts;
}

/** A plain dot, a pearl or a cluster of dots. */
export function dots(random: Random): Part[] {
  const kind = random.whole(0, 3);
  if (kind === 0) return [{ d: circle(0, 0, 0.8), tone: MAIN }];
  if (kind === 1)
    return [
      { d: circle(0, 0, 0.85), tone: MAIN },
      { d: circle(-0.2, -0.2, 0.35), tone: SECOND },
    ];
  const count = random.whole(3, 7);
  return [
    {
      d: around(count)
        .map((angle) => circle(...polar(angle, 0.68), 1.3 / count))
        .join(''),
      tone: MAIN,
    },
    { d: circle(0, 0, 0.2), tone: ACCENT },
  ];
}

/** Stepped diamond as woven on kilims. */
export function steppedDiamond(random: Random): Part[] {
  const steps = random.whole(3, 6);
  const layers = random.whole(2, 3);
  const outline = (size: number): string => {
    const unit = size / steps;
    const corner: Point[] = Array.from({ length: steps }, (_, i): Point[] => [
      [i * unit, -(steps - i) * unit],
      [(i + 1) * unit, -(steps - i) * unit],
    ]).flat();
    const right = [...corner, ...corner.map(([x, y]): Point => [x, -y]).reverse()];
    return polyline([...right, ...right.map(([x, y]): Point => [-x, y]).reverse()]);
  };
  const parts = Array.from({ length: layers }, (_, i): Part => ({
    d: outline(0.95 * (1 - (i * 0.75) / layers)),
    tone: [MAIN, SECOND, ACCENT][i] ?? MAIN,
  }));
  const hooks = [-1, 1].map((side) =>
    polyline([
      [side * 0.2, 0],
      [side * 0.06, -0.18],
      [side * 0.06, 0.18],
    ]),
  );
  return [...parts, { d: hooks.join(''), tone: LINE }];
}

/** Confetti shapes of the eighties: zigzag, triangle, half disc, bars, cross. */
export function confetti(random: Random): Part[] {
  const tone = random.pick([MAIN, SECOND, ACCENT]);
  const zigzag: Point[] = Array.from({ length: 6 }, (_, i) => [-0.9 + i * 0.36, i % 2 === 0 ? 0.25 : -0.25]);
  switch (random.whole(0, 6)) {
    case 0:
      return [{ d: polyline(zigzag, false), tone, line: random.between(0.12, 0.22) }];
    case 1:
      return [
        { d: regular(3, 0.9), tone },
        { d: polyline(around(3).map((angle) => polar(angle, 0.9, [0.14, 0.1]))), tone: LINE, line: 0.06 },
      ];
    case 2:
      return [
        { d: 'M-0.9 0A0.9 0.9 0 0 1 0.9 0Z', tone },
        {
          d: [0.2, 0.4]
            .map((y) =>
              polyline(
                [
                  [-0.9, y],
                  [0.9, y],
                ],
                false,
              ),
            )
            .join(''),
          tone: LINE,
          line: 0.07,
        },
      ];
    case 3:
      return [
        { d: [-0.5, -0.17, 0.17, 0.5].map((y) => rectangle(-0.7, y - 0.06, 1.4, 0.12)).join(''), tone },
      ];
    case 4:
      return [{ d: rectangle(-0.22, -0.8, 0.44, 1.6) + rectangle(-0.8, -0.22, 1.6, 0.44), tone }];
    case 5:
      return [{ d: smooth(zigzag, false), tone, line: random.between(0.14, 0.24) }];
    default:
      return [
        { d: circle(0, 0, 0.7), tone, line: 0.25 },
        { d: circle(0, 0, 0.3), tone: SECOND },
      ];
  }
}

/** Ogee medallion: an onion-shaped frame with smaller frames and a sprig inside. */
export function ogee(random: Random): Part[] {
  const frame = (scale: number): string => {
    const half: Point[] = [
      [0, -1],
      [0.1, -0.8],
      [0.42, -0.42],
      [0.62, 0],
      [0.42, 0.42],
      [0.1, 0.8],
      [0, 1],
    ];
    return smooth(
      [
        ...half,
        ...half
          .slice(1, -1)
          .map(([x, y]): Point => [-x, y])
          .reverse(),
      ].map(([x, y]): Point => [x * scale, y * scale]),
    );
  };
  const petals = [-0.9, -0.45, 0, 0.45, 0.9].map((angle) =>
    petal('pointed', { angle, length: 0.52, width: 0.2, base: [0, 0.18] }),
  );
  return [
    { d: frame(1), tone: MAIN },
    { d: frame(0.84), tone: SECOND },
    ...(random.chance(0.5) ? [{ d: frame(0.72), tone: LINE, line: 0.03 }] : []),
    { d: petals.join(''), tone: ACCENT },
    {
      d: petal('oval', { angle: Math.PI, length: 0.4, width: 0.16, base: [0, 0.15] }) + circle(0, 0.18, 0.09),
      tone: MAIN,
    },
  ];
}

/** A tile quarter: arcs or triangles in a square, for turning about. */
export function quarterTile(random: Random): Part[] {
  const back: Part = { d: rectangle(-0.72, -0.72, 1.44, 1.44), tone: random.pick([SECOND, MAIN]) };
  const corner = (radius: number): string =>
    `M-0.72 -0.72h${radius}A${radius} ${radius} 0 0 1 -0.72 ${radius - 0.72}Z`;
  switch (random.whole(0, 3)) {
    case 0:
      return [
        back,
        { d: corner(1.44), tone: ACCENT },
        { d: corner(0.9), tone: LINE },
        { d: corner(0.45), tone: MAIN },
      ];
    case 1:
      return [
        back,
        {
          d: polyline([
            [-0.72, -0.72],
            [0.72, -0.72],
            [-0.72, 0.72],
          ]),
          tone: ACCENT,
        },
        { d: circle(0.3, 0.3, 0.22), tone: LINE },
      ];
    case 2:
      return [
        back,
        {
          d: petal('oval', { angle: -Math.PI / 4, length: 2.04, width: 0.95, base: [0.72, 0.72] }),
          tone: ACCENT,
        },
        {
          d: petal('oval', { angle: -Math.PI / 4, length: 1.3, width: 0.4, base: [0.46, 0.46] }),
          tone: MAIN,
        },
      ];
    default:
      return [
        back,
        { d: rectangle(-0.72, -0.72, 0.72, 0.72) + rectangle(0, 0, 0.72, 0.72), tone: ACCENT },
        { d: circle(-0.36, -0.36, 0.2) + circle(0.36, 0.36, 0.2), tone: LINE },
      ];
  }
}
