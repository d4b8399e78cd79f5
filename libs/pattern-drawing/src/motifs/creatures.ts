import {
  around,
  circle,
  ellipse,
  type Part,
  type Point,
  polar,
  polyline,
  ribbon,
  smooth,
} from '../geometry/path.js';
import { petal } from '../geometry/petal.js';
import { type Random } from '../random.js';

const MAIN = 0;
const SECOND = 1;
const ACCENT = 2;
const FOLIAGE = 3;
const LINE = 4;

/** A butterfly from above. */
export function butterfly(random: Random): Part[] {
  const [upper, lower] = [random.between(0.8, 1.05), random.between(1.9, 2.4)];
  const [long, short] = [random.between(0.9, 1.05), random.between(0.6, 0.8)];
  const wing = (scale: number): string =>
    [-1, 1]
      .flatMap((side) => [
        petal('oval', { angle: side * upper, length: long * scale, width: 0.72 * scale, base: [0, -0.05] }),
        petal('oval', { angle: side * lower, length: short * scale, width: 0.56 * scale, base: [0, 0.05] }),
      ])
      .join('');
  const spots = [-1, 1].flatMap((side) => [
    polar(side * upper, long * 0.72, [0, -0.05]),
    polar(side * lower, short * 0.68, [0, 0.05]),
  ]);
  return [
    { d: wing(1), tone: MAIN },
    { d: wing(0.72), tone: SECOND },
    { d: spots.map((spot) => circle(...spot, 0.1)).join(''), tone: ACCENT },
    { d: petal('slender', { angle: Math.PI, length: 0.9, width: 0.13, base: [0, -0.35] }), tone: LINE },
    {
      d: [-1, 1]
        .map((side) =>
          smooth(
            [
              [0, -0.3],
              [side * 0.12, -0.55],
              [side * 0.3, -0.7],
            ],
            false,
          ),
        )
        .join(''),
      tone: LINE,
      line: 0.035,
    },
  ];
}

/** Body, wings and their feathers of a bird in flight, bill to the right. */
function flight(random: Random, head: string): Part[] {
  const lift = random.between(-0.5, 0.1);
  const raise = random.between(0.8, 1);
  const wing = (x: number, y: number): string =>
    smooth([
      [-0.02, 0],
      [x * 0.4, y * 0.75],
      [x, y],
      [x * 0.7 + 0.25, y * 0.5],
      [0.26, 0.02],
    ]);
  const body = smooth([
    [-0.3, 0.1],
    [0, -0.12],
    [0.32, -0.08],
    [0.42, 0.02],
    [0.2, 0.18],
    [-0.1, 0.22],
  ]);
  const feathers = [0.35, 0.55, 0.75].map((t) =>
    polyline(
      [
        [-0.5 * t + 0.1, -0.9 * t * raise],
        [-0.3 * t + 0.2, -0.7 * t * raise],
      ],
      false,
    ),
  );
  return [
    { d: wing(-0.35, 0.55 + lift * 0.3), tone: SECOND },
    { d: body + head, tone: MAIN },
    { d: wing(-0.45, -0.95 * raise), tone: MAIN },
    { d: feathers.join(''), tone: LINE, line: 0.04 },
  ];
}

/** A swallow with a forked tail. */
export function swallow(random: Random): Part[] {
  const fork: Point[] = [
    [-0.2, 0.08],
    [-0.95, 0.05],
    [-0.5, 0.2],
    [-0.9, 0.42],
    [-0.15, 0.24],
  ];
  const neck: Point[] = [
    [0.3, 0],
    [0.45, -0.02],
    [0.55, 0],
  ];
  return [
    { d: polyline(fork), tone: LINE },
    ...flight(
      random,
      ribbon(neck, (t) => 0.2 - t * 0.13),
    ),
    { d: circle(0.48, 0, 0.1), tone: ACCENT },
  ];
}

/** A crane with stretched neck and legs. */
export function crane(random: Random): Part[] {
  const neck: Point[] = [
    [0.35, 0],
    [0.6, -0.1],
    [0.75, -0.05],
    [0.98, -0.12],
  ];
  const legs =
    polyline(
      [
        [-0.2, 0.15],
        [-0.95, 0.35],
      ],
      false,
    ) +
    polyline(
      [
        [-0.2, 0.18],
        [-0.9, 0.45],
      ],
      false,
    );
  return [
    { d: legs, tone: LINE, line: 0.03 },
    { d: petal('oval', { angle: -1.7, length: 0.4, width: 0.25, base: [-0.2, 0.15] }), tone: LINE },
    ...flight(
      random,
      ribbon(neck, (t) => 0.2 - t * 0.13),
    ),
    { d: circle(0.82, -0.09, 0.07), tone: ACCENT },
  ];
}

/** A carp or goldfish with scales. */
export function fish(random: Random): Part[] {
  const bend = random.between(-0.3, 0.3);
  const spine = Array.from({ length: 7 }, (_, i): Point => [
    bend * Math.sin((i / 6) * Math.PI),
    -0.9 + i * 0.22,
  ]);
  const scales = Array.from({ length: 4 }, (_, row) =>
    [-1, 0, 1].map((side) => {
      const y = -0.42 + row * 0.2;
      const x = side * 0.14 + bend * Math.sin(((y + 0.9) / 1.32) * Math.PI);
      return smooth(
        [
          [x - 0.08, y],
          [x, y + 0.1],
          [x + 0.08, y],
        ],
        false,
      );
    }),
  ).flat();
  const tail = [-0.5, 0, 0.5].map((side) =>
    petal('notched', { angle: Math.PI + side, length: 0.62, width: 0.36, base: [0, 0.38] }),
  );
  return [
    { d: tail.join(''), tone: SECOND },
    {
      d: [-1, 1]
        .map((side) =>
          petal('oval', { angle: side * 2.1, length: 0.5, width: 0.22, base: [side * 0.15, -0.35] }),
        )
        .join(''),
      tone: SECOND,
    },
    { d: ribbon(spine, (t) => 0.2 + 0.42 * Math.sin((0.15 + t * 0.8) * Math.PI)), tone: MAIN },
    { d: scales.join(''), tone: LINE, line: 0.035 },
    { d: [-0.13, 0.13].map((x) => circle(x, -0.72, 0.05)).join(''), tone: LINE },
    { d: ellipse(0, -0.6, 0.08, 0.14), tone: ACCENT },
  ];
}

/** A beetle or ladybird. */
export function beetle(random: Random): Part[] {
  const spots = random.whole(2, 4);
  const legs = [-0.3, 0.1, 0.5].flatMap((y) =>
    [-1, 1].map((side) =>
      smooth(
        [
          [0, y],
          [side * 0.6, y - 0.1],
          [side * 0.85, y + 0.2],
        ],
        false,
      ),
    ),
  );
  return [
    { d: legs.join(''), tone: LINE, line: 0.06 },
    { d: circle(0, -0.55, 0.3), tone: LINE },
    { d: ellipse(0, 0.15, 0.55, 0.72), tone: MAIN },
    {
      d: [-1, 1]
        .flatMap((side) =>
          Array.from({ length: spots }, (_, i) => circle(side * 0.28, -0.25 + (i * 0.9) / spots, 0.11)),
        )
        .join(''),
      tone: ACCENT,
    },
    {
      d: polyline(
        [
          [0, -0.5],
          [0, 0.87],
        ],
        false,
      ),
      tone: LINE,
      line: 0.05,
    },
  ];
}

/** A snail-shell or scallop shell. */
export function shell(random: Random): Part[] {
  const ribs = random.whole(5, 9);
  const rim = around(ribs * 2)
    .slice(0, ribs)
    .map((_, i) => ((i - (ribs - 1) / 2) / ((ribs - 1) / 2)) * 1.05);
  const base: Point = [0, 0.75];
  return [
    {
      d: polyline([
        [-0.35, 0.6],
        [0.35, 0.6],
        [0.22, 0.95],
        [-0.22, 0.95],
      ]),
      tone: SECOND,
    },
    {
      d: rim.map((angle) => petal('slender', { angle, length: 1.6, width: 4 / ribs, base })).join(''),
      tone: MAIN,
    },
    {
      d: rim.map((angle) => polyline([base, polar(angle, 1.45, base)], false)).join(''),
      tone: LINE,
      line: 0.035,
    },
    { d: rim.map((angle) => circle(...polar(angle, 1.35, base), 0.07)).join(''), tone: ACCENT },
  ];
}

/** A cat's or fox's face. */
export function beast(random: Random): Part[] {
  const ear = random.between(0.7, 0.95);
  const wide = random.between(0.62, 0.8);
  const ears = (inner: number, scale: number, low: number): string =>
    [-wide, wide]
      .map((x) =>
        polyline([
          [Math.sign(x) * inner, -0.35],
          [x * scale, -ear * scale],
          [x * scale, low],
        ]),
      )
      .join('');
  const right: Point[] = [
    [wide, -0.2],
    [wide * 0.9, 0.35],
  ];
  const left: Point[] = [
    [-wide * 0.9, 0.35],
    [-wide, -0.2],
  ];
  const whiskers = [-1, 1].flatMap((side) =>
    [-0.05, 0.08].map((dy) =>
      polyline(
        [
          [side * 0.25, 0.42 + dy],
          [side * 0.85, 0.38 + dy * 2.5],
        ],
        false,
      ),
    ),
  );
  const eyes = [-1, 1].map((side) => ellipse(side * 0.32, -0.02, 0.09, 0.12)).join('');
  return [
    { d: ears(0.15, 1, 0.1), tone: MAIN },
    { d: ears(0.3, 0.88, -0.1), tone: SECOND },
    { d: smooth([[0, -0.5], ...right, [0, random.between(0.75, 0.95)], ...left]), tone: MAIN },
    {
      d: smooth([
        [0, 0],
        [0.42, 0.3],
        [0, 0.75],
        [-0.42, 0.3],
      ]),
      tone: SECOND,
    },
    {
      d:
        eyes +
        polyline([
          [-0.12, 0.34],
          [0.12, 0.34],
          [0, 0.48],
        ]),
      tone: LINE,
    },
    { d: whiskers.join(''), tone: random.pick([ACCENT, FOLIAGE]), line: 0.025 },
  ];
}
