import { around, circle, type Part, type Point, polar, polyline, ribbon, smooth } from '../geometry/path.js';
import { type Random } from '../random.js';

const MAIN = 0;
const SECOND = 1;
const ACCENT = 2;
const LINE = 4;

/** One broad dry brush stroke with bristle marks. */
export function brushStroke(random: Random): Part[] {
  const bow = random.between(-0.5, 0.5);
  const along = Array.from({ length: 9 }, (_, i): Point => [
    bow * Math.sin((i / 8) * Math.PI) + random.between(-0.03, 0.03),
    0.95 - i * 0.24,
  ]);
  const width = random.between(0.25, 0.62);
  const bristles = Array.from({ length: random.whole(3, 7) }, () => {
    const side = random.between(-0.45, 0.45) * width;
    const from = random.whole(0, 4);
    return smooth(
      along.slice(from, from + random.whole(3, 5)).map(([x, y]): Point => [x + side, y]),
      false,
    );
  });
  return [
    {
      d: ribbon(
        along,
        (t) => width * (0.55 + 0.45 * Math.sin((0.12 + t * 0.8) * Math.PI) + random.between(-0.07, 0.07)),
      ),
      tone: MAIN,
    },
    { d: bristles.join(''), tone: random.pick([SECOND, LINE]), line: 0.03 },
  ];
}

/** An uneven pebble, alone or with a second inside. */
export function blob(random: Random): Part[] {
  const outline = (scale: number): string =>
    smooth(around(random.whole(5, 9)).map((angle) => polar(angle, scale * random.between(0.62, 1))));
  return [
    { d: outline(1), tone: random.pick([MAIN, SECOND]) },
    ...(random.chance(0.5) ? [{ d: outline(0.55), tone: ACCENT }] : []),
    ...(random.chance(0.3) ? [{ d: outline(0.98), tone: LINE, line: 0.04 }] : []),
  ];
}

/** A leopard's rosette: broken dark blotches about a warm middle. */
export function leopardSpot(random: Random): Part[] {
  const pieces = random.whole(2, 4);
  const gap = 0.35;
  const wobble = (angle: number): number =>
    0.68 + 0.16 * Math.sin(angle * 2 + pieces) + random.between(-0.06, 0.06);
  const arcs = around(pieces, random.between(0, 6)).map((start) => {
    const length = (2 * Math.PI) / pieces - gap - random.between(0, 0.3);
    const points = Array.from({ length: 7 }, (_, i) => start + (i / 6) * length).map((angle) =>
      polar(angle, wobble(angle)),
    );
    return ribbon(points, (t) => 0.12 + 0.26 * Math.sin(t * Math.PI) + random.between(-0.03, 0.06));
  });
  const middle = smooth(around(7).map((angle) => polar(angle, random.between(0.5, 0.68))));
  return [
    { d: middle, tone: SECOND },
    { d: arcs.join(''), tone: LINE },
  ];
}

/** Loose pen strokes: a hatch, a scribbled loop, a splash of drops. */
export function scribble(random: Random): Part[] {
  const kind = random.whole(0, 2);
  if (kind === 0) {
    const strokes = Array.from({ length: random.whole(4, 8) }, (_, i) => {
      const x = -0.7 + i * 0.2;
      return polyline(
        [
          [x, 0.7 + random.between(-0.2, 0.2)],
          [x + 0.25, -0.7 + random.between(-0.2, 0.2)],
        ],
        false,
      );
    });
    return [{ d: strokes.join(''), tone: MAIN, line: random.between(0.05, 0.11) }];
  }
  if (kind === 1) {
    const loops = Array.from({ length: 26 }, (_, i): Point => [
      -0.85 + i * 0.066 + 0.22 * Math.sin(i * 1.25),
      0.5 * Math.cos(i * 1.25) * random.between(0.7, 1.1),
    ]);
    return [{ d: smooth(loops, false), tone: MAIN, line: random.between(0.04, 0.09) }];
  }
  const drops = Array.from({ length: random.whole(7, 16) }, () =>
    circle(...polar(random.between(0, 6.28), random.between(0.1, 0.95)), random.between(0.03, 0.16)),
  );
  return [
    { d: smooth(around(9).map((angle) => polar(angle, random.between(0.25, 0.5)))), tone: MAIN },
    { d: drops.join(''), tone: random.pick([MAIN, ACCENT]) },
  ];
}

/** A ridge of mountains over water. */
export function mountains(random: Random): Part[] {
  const ridge: Point[] = [
    [-1, 0.6],
    [-0.6, 0.05],
    [-0.4, 0.2],
    [0, random.between(-0.75, -0.5)],
    [0.3, -0.05],
    [0.5, -0.2],
    [1, 0.6],
  ];
  return [
    { d: polyline(ridge), tone: MAIN },
    {
      d: polyline([
        [-0.18, -0.25],
        [0, -0.6],
        [0.14, -0.3],
        [0.02, -0.2],
      ]),
      tone: ACCENT,
    },
    {
      d: [0.68, 0.8]
        .map((y) =>
          smooth(
            [
              [-0.95, y],
              [-0.3, y + 0.05],
              [0.3, y - 0.04],
              [0.95, y],
            ],
            false,
          ),
        )
        .join(''),
      tone: SECOND,
      line: 0.05,
    },
  ];
}

/** A fir in tiers. */
export function pine(random: Random): Part[] {
  const tiers = random.whole(3, 5);
  const layers = Array.from({ length: tiers }, (_, i) =>
    polyline([
      [0, -0.95 + i * 0.35],
      [0.25 + i * 0.12, -0.3 + i * 0.3],
      [-0.25 - i * 0.12, -0.3 + i * 0.3],
    ]),
  );
  return [
    {
      d: ribbon(
        [
          [0, 0.3],
          [0, 0.6],
          [0, 1],
        ],
        () => 0.14,
      ),
      tone: SECOND,
    },
    { d: layers.join(''), tone: MAIN },
    { d: layers.join(''), tone: LINE, line: 0.025 },
  ];
}

/** A sailing boat. */
export function boat(random: Random): Part[] {
  const mast = random.between(0.75, 1);
  return [
    {
      d: smooth([
        [-0.9, 0.35],
        [0, 0.45],
        [0.9, 0.35],
        [0.55, 0.75],
        [-0.55, 0.75],
      ]),
      tone: MAIN,
    },
    {
      d: polyline([
        [-0.05, 0.25],
        [-0.05, -mast],
        [-0.7, 0.25],
      ]),
      tone: SECOND,
    },
    {
      d: polyline([
        [0.05, 0.25],
        [0.05, 0.25 - mast],
        [0.65, 0.25],
      ]),
      tone: ACCENT,
    },
    {
      d: [-0.6, 0, 0.6]
        .map((x) =>
          smooth(
            [
              [x - 0.3, 0.92],
              [x, 0.84],
              [x + 0.3, 0.92],
            ],
            false,
          ),
        )
        .join(''),
      tone: LINE,
      line: 0.05,
    },
  ];
}
