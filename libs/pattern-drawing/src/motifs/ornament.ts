import {
  around,
  circle,
  type Part,
  type Point,
  polar,
  polyline,
  ribbon,
  smooth,
  spiral,
} from '../geometry/path.js';
import { petal } from '../geometry/petal.js';
import { type Random } from '../random.js';

const MAIN = 0;
const SECOND = 1;
const ACCENT = 2;
const FOLIAGE = 3;
const LINE = 4;

const paisleyOutline = (scale: number, curl: number): Point[] =>
  (
    [
      [0.5 + curl, -1],
      [0.1, -0.78],
      [-0.34, -0.34],
      [-0.58, 0.2],
      [-0.42, 0.72],
      [0, 0.95],
      [0.44, 0.74],
      [0.58, 0.3],
      [0.4, -0.1],
      [0.28, -0.42],
      [0.42, -0.72],
    ] as const
  ).map(([x, y]): Point => [x * scale, (y - 0.25) * scale + 0.25]);

/** Paisley: a bent drop, frames within, filled with a flower, scales or dots, fringed or not. */
export function paisley(random: Random): Part[] {
  const curl = random.between(-0.05, 0.2);
  const parts: Part[] = [];
  const rim = paisleyOutline(0.86, curl);
  if (random.chance(0.55))
    parts.push({
      d: rim.map(([x, y]) => circle(x * 1.12, (y - 0.25) * 1.12 + 0.25, random.between(0.07, 0.1))).join(''),
      tone: random.pick([ACCENT, MAIN]),
    });
  parts.push({ d: smooth(rim), tone: MAIN });
  parts.push({ d: smooth(paisleyOutline(0.7, curl)), tone: SECOND });
  if (random.chance(0.6)) parts.push({ d: smooth(paisleyOutline(0.62, curl)), tone: LINE, line: 0.025 });
  if (random.chance(0.5)) parts.push({ d: smooth(paisleyOutline(0.5, curl)), tone: MAIN });
  const heart: Point = [-0.02, 0.36];
  const count = random.whole(5, 9);
  if (random.chance(0.6))
    parts.push({
      d: around(count)
        .map((angle) => petal('oval', { angle, length: 0.3, width: 1.3 / count, base: heart }))
        .join(''),
      tone: ACCENT,
    });
  else
    parts.push({
      d: [0.3, 0.22, 0.14].map((radius) => circle(...heart, radius)).join(''),
      tone: ACCENT,
      line: 0.035,
    });
  const climb = Array.from({ length: 4 }, (_, i) =>
    circle(-0.02 + i * i * 0.02, -0.02 - i * 0.16, 0.055 - i * 0.008),
  );
  return [...parts, { d: climb.join('') + circle(...heart, 0.08), tone: LINE }];
}

/** Acanthus-like scrolls to both sides of a stem. */
export function scroll(random: Random): Part[] {
  const turns = random.between(1.1, 1.7);
  const width = random.between(0.08, 0.14);
  const sides = random.chance(0.7) ? [1, -1] : [1];
  const volutes = sides.map((side) => {
    const points = spiral([0.45, -0.12], 0.48, turns, Math.PI, 0.15).map(([x, y]): Point => [x * side, y]);
    const stem: Point[] = [
      [0, 0.98],
      [0.08 * side, 0.6],
      [0.22 * side, 0.42],
    ];
    return ribbon([...stem, ...points], (t) => width * (1.1 - t * 0.7));
  });
  const leaves = sides.flatMap((side) =>
    [0.2, 0.9, 1.6].map((angle, i) =>
      petal('pointed', {
        angle: side * (angle + 0.4),
        length: 0.42,
        width: 0.16,
        base: [side * (0.12 + i * 0.1), 0.5 - i * 0.35],
      }),
    ),
  );
  return [
    { d: leaves.join(''), tone: FOLIAGE },
    { d: volutes.join(''), tone: MAIN },
    { d: sides.map((side) => circle(side * 0.45, -0.12, 0.12)).join(''), tone: ACCENT },
    { d: petal('pointed', { angle: 0, length: 0.95, width: 0.4, base: [0, 0.05] }), tone: SECOND },
  ];
}

/** Damask medallion: mirrored leaves and bud in tiers on one stem. */
export function damask(random: Random): Part[] {
  const tiers = random.whole(3, 4);
  const parts: Part[] = [
    {
      d: ribbon(
        [
          [0, 1],
          [0, 0],
          [0, -0.5],
        ],
        () => 0.06,
      ),
      tone: MAIN,
    },
  ];
  for (let tier = 0; tier < tiers; tier++) {
    const base: Point = [0, 0.85 - (tier * 1.2) / tiers];
    const angle = random.between(0.75, 1.6);
    const length = random.between(0.45, 0.8) * (1 - tier * 0.12);
    const pair = [-1, 1].map((side) =>
      petal(random.pick(['pointed', 'spoon', 'oval']), { angle: side * angle, length, width: 0.26, base }),
    );
    parts.push({ d: pair.join(''), tone: tier % 2 === 0 ? MAIN : SECOND });
    const curls = [-1, 1].map((side) =>
      smooth(spiral(polar(side * (angle - 0.7), length * 0.7, base), 0.16, 1.1 * side, side * 2, 0.2), false),
    );
    parts.push({ d: curls.join(''), tone: SECOND, line: 0.05 });
  }
  const crown = [-1, -0.5, 0, 0.5, 1].map((side) =>
    petal('pointed', { angle: side, length: 0.62 - Math.abs(side) * 0.15, width: 0.24, base: [0, -0.32] }),
  );
  return [
    ...parts,
    { d: crown.join(''), tone: MAIN },
    { d: petal('oval', { angle: 0, length: 0.36, width: 0.16, base: [0, -0.38] }), tone: ACCENT },
    { d: circle(0, -0.3, 0.12), tone: SECOND },
  ];
}

/** Auspicious cloud (ruyi): curls over a trailing band. */
export function cloud(random: Random): Part[] {
  const lobes: readonly (readonly [number, number, number])[] = [
    [-0.5, 0.1, random.between(0.32, 0.4)],
    [0, -0.22, random.between(0.4, 0.52)],
    [0.5, 0.1, random.between(0.3, 0.4)],
  ];
  const tail: Point[] = [
    [-0.95, 0.42],
    [-0.3, 0.34],
    [0.3, 0.42],
    [0.98, random.between(0.5, 0.75)],
  ];
  const curls = lobes.map(([x, y, radius], i) =>
    smooth(
      spiral([x, y], radius * 0.78, i === 1 ? 1.5 : 1.2, i === 2 ? 2 : 4, 0.1).map(([px, py]): Point => [
        i === 2 ? 2 * x - px : px,
        py,
      ]),
      false,
    ),
  );
  return [
    {
      d: lobes.map(([x, y, radius]) => circle(x, y, radius)).join('') + ribbon(tail, (t) => 0.3 - t * 0.22),
      tone: MAIN,
    },
    { d: curls.join(''), tone: random.pick([SECOND, LINE]), line: random.between(0.045, 0.08) },
  ];
}

/** A folding fan. */
export function fan(random: Random): Part[] {
  const spread = random.between(0.8, 1.15);
  const ribs = random.whole(7, 13);
  const pivot: Point = [0, 0.85];
  const sector = (inner: number, outer: number): string => {
    const arc = Array.from({ length: 15 }, (_, i) => ((i - 7) / 7) * spread);
    return polyline([
      ...arc.map((a) => polar(a, outer, pivot)),
      ...arc.reverse().map((a) => polar(a, inner, pivot)),
    ]);
  };
  return [
    { d: sector(0.1, 1.75), tone: SECOND },
    { d: sector(0.75, 1.7), tone: MAIN },
    {
      d: Array.from({ length: ribs }, (_, i) =>
        polyline([pivot, polar(((i - (ribs - 1) / 2) / ((ribs - 1) / 2)) * spread, 1.75, pivot)], false),
      ).join(''),
      tone: LINE,
      line: 0.03,
    },
    {
      d: [-0.5, 0, 0.5]
        .map((side) =>
          around(5)
            .map((angle) => circle(...polar(angle, 0.12, polar(side * spread, 1.25, pivot)), 0.1))
            .join(''),
        )
        .join(''),
      tone: ACCENT,
    },
  ];
}

/** Round auspicious medallion: a ring, a fret or bats' wings about a coin. */
export function medallion(random: Random): Part[] {
  const count = random.pick([4, 6, 8, 8, 12]);
  const keys = around(count).map((angle) => {
    const at = (a: number, r: number): Point => polar(angle + a / count, r);
    return polyline(
      [at(-2.4, 0.84), at(2, 0.84), at(2, 0.62), at(-1.2, 0.62), at(-1.2, 0.74), at(0.6, 0.74)],
      false,
    );
  });
  const inner = random.chance(0.5)
    ? around(count / 2).map((angle) => petal('heart', { angle, length: 0.5, width: 3 / count }))
    : around(count).map((angle) => smooth(spiral(polar(angle, 0.36), 0.15, 1.2, angle, 0.2), false));
  return [
    { d: circle(0, 0, 0.98), tone: MAIN },
    { d: circle(0, 0, 0.9), tone: SECOND },
    { d: keys.join(''), tone: LINE, line: 0.045 },
    { d: circle(0, 0, 0.54), tone: MAIN },
    { d: inner.join(''), tone: ACCENT, ...(inner.length === count ? { line: 0.05 } : {}) },
    { d: circle(0, 0, 0.12), tone: SECOND },
  ];
}

/** A heart, a drop or a leaf-shaped spot, plain or framed. */
export function heart(random: Random): Part[] {
  const half: Point[] = [
    [0, -0.5],
    [0.3, -0.85],
    [0.78, -0.75],
    [0.9, -0.3],
    [0.6, 0.25],
    [0, 0.9],
  ];
  const outline = (scale: number): string =>
    smooth(
      [
        ...half,
        ...half
          .slice(1, -1)
          .map(([x, y]): Point => [-x, y])
          .reverse(),
      ].map(([x, y]): Point => [x * scale, y * scale]),
    );
  return [
    { d: outline(1), tone: MAIN },
    ...(random.chance(0.6) ? [{ d: outline(0.72), tone: SECOND }] : []),
    ...(random.chance(0.5) ? [{ d: outline(0.42), tone: ACCENT }] : []),
  ];
}

/** A tied bow. */
export function bow(random: Random): Part[] {
  const height = random.between(0.4, 0.6);
  const loop = (side: number): string =>
    smooth([
      [0, 0],
      [side * 0.45, -height],
      [side * 0.95, -height * 0.7],
      [side * 0.9, height * 0.3],
      [side * 0.4, height * 0.35],
    ]);
  const tails = [-1, 1].map((side) =>
    ribbon(
      [
        [0, 0],
        [side * 0.2, 0.4],
        [side * 0.5, 0.95],
      ],
      (t) => 0.1 + t * 0.14,
    ),
  );
  return [
    { d: tails.join(''), tone: SECOND },
    { d: loop(1) + loop(-1), tone: MAIN },
    {
      d: [-1, 1]
        .map((side) =>
          smooth(
            [
              [0, 0],
              [side * 0.4, -0.12],
              [side * 0.62, -0.2],
            ],
            false,
          ),
        )
        .join(''),
      tone: LINE,
      line: 0.04,
    },
    { d: circle(0, 0, 0.16), tone: ACCENT },
  ];
}
