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
import { petal, type PetalShape } from '../geometry/petal.js';
import { type Random } from '../random.js';

/** Small dots in quincunx. */
export function pinDots(random: Random, width: number, height: number): Part[] {
  const radius = Math.min(width, height) * random.between(0.06, 0.2);
  const corners: readonly Point[] = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ];
  return [
    { d: circle(width / 2, height / 2, radius), tone: 0 },
    { d: corners.map(([x, y]) => circle(x, y, radius)).join(''), tone: random.pick([0, 1]) },
  ];
}

/** Circles of many sizes, overlapping or clear of one another. */
export function bubbles(random: Random, width: number, height: number): Part[] {
  const size = Math.min(width, height);
  const filled = random.chance(0.6);
  return Array.from({ length: random.whole(10, 26) }, (): Part => {
    const radius = size * random.between(0.03, 0.15);
    return {
      d: circle(random.between(0, width), random.between(0, height), radius),
      tone: random.whole(0, 3),
      ...(filled ? { opacity: random.between(0.55, 1) } : { line: radius * random.between(0.1, 0.5) }),
    };
  });
}

/** Short strokes as of rain, grass or stitching. */
export function dashes(random: Random, width: number, height: number): Part[] {
  const lean = random.between(-1.6, 1.6);
  const unsteady = random.between(0, 0.5);
  const size = Math.min(width, height);
  const length = random.between(0.04, 0.14) * size;
  const thick = random.between(0.15, 0.4) * length;
  const count = random.whole(5, 9);
  return Array.from({ length: count * count }, (_, i): Part => {
    const at: Point = [
      ((i % count) + random.between(0.2, 0.8)) * (width / count),
      (Math.floor(i / count) + random.between(0.2, 0.8)) * (height / count),
    ];
    const angle = lean + random.between(-unsteady, unsteady);
    return {
      d: petal('slender', { angle, length, width: thick, base: at }),
      tone: random.pick([0, 0, 1, 2]),
    };
  });
}

/** A winding stem (chanzhi) with leaves and tendrils to both sides, going once up the cell. */
export function vine(random: Random, width: number, height: number): Part[] {
  const swing = random.between(0.16, 0.3) * width;
  const at = (t: number): Point => [width / 2 + swing * Math.sin(t * 2 * Math.PI), t * height];
  const stem = Array.from({ length: 33 }, (_, i) => at((i - 8) / 16));
  const shape = random.pick<PetalShape>(['pointed', 'oval', 'slender', 'spoon']);
  const count = random.whole(6, 14);
  const size = Math.min(width, height) * random.between(0.12, 0.22);
  const leaves: string[] = [];
  const tendrils: string[] = [];
  for (let i = 0; i < count; i++) {
    const t = (i + 0.3) / count;
    const side = i % 2 === 0 ? 1 : -1;
    const heading = Math.atan2(2 * Math.PI * swing * Math.cos(t * 2 * Math.PI), -height);
    const angle = heading + side * random.between(0.7, 1.3);
    leaves.push(
      petal(shape, { angle, length: size * random.between(0.7, 1.1), width: size * 0.42, base: at(t) }),
    );
    if (random.chance(0.6)) {
      const centre = polar(angle - side * 1.4, size * 0.7, at(t));
      tendrils.push(
        smooth([at(t), ...spiral(centre, size * 0.32, side * 1.3, heading + side * 2, 0.15)], false),
      );
    }
  }
  const thick = Math.min(width, height) * random.between(0.012, 0.03);
  return [
    { d: tendrils.join(''), tone: 1, line: thick * 0.6 },
    { d: smooth(stem, false), tone: 0, line: thick },
    { d: leaves.join(''), tone: random.pick([0, 1]) },
  ];
}

/** Broad dry brush bands across the cell, overlapping. */
export function brushBands(random: Random, width: number, height: number): Part[] {
  const count = random.whole(3, 6);
  return Array.from({ length: count }, (_, i): Part[] => {
    const y = ((i + random.between(0.2, 0.8)) * height) / count;
    const phase = random.between(0, 6);
    const points = Array.from({ length: 13 }, (_, k): Point => [
      (k / 12) * width,
      y + 0.02 * height * Math.sin(phase + (k / 6) * Math.PI),
    ]);
    const thick = (height / count) * random.between(0.3, 0.95);
    const hairs = Array.from({ length: 4 }, () => {
      const dy = random.between(-0.5, 0.5) * thick;
      const from = random.whole(0, 7);
      return smooth(
        points.slice(from, from + 5).map(([x, py]): Point => [x, py + dy]),
        false,
      );
    });
    const opacity = random.between(0.6, 1);
    const [from, until] = [random.between(0, 0.15), random.between(0.75, 1)];
    const inked = points.map(([x, py]): Point => [x * (until - from) + from * width, py]);
    return [
      { d: ribbon(inked, (t) => thick * (0.85 + 0.12 * Math.sin(t * 31 + phase))), tone: i, opacity },
      { d: hairs.join(''), tone: i + 1, line: thick * 0.05 },
    ];
  }).flat();
}

/** Knife-pattern batik (parang): slanting rows of linked hooks. */
export function parang(random: Random, width: number, height: number): Part[] {
  const hooks = 4;
  const size = height / hooks;
  const thick = size * random.between(0.22, 0.4);
  const parts: Part[] = [
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
            [-width, 0],
            [0, height],
          ],
          false,
        ) +
        polyline(
          [
            [width, 0],
            [width * 2, height],
          ],
          false,
        ),
      tone: 1,
      line: size * 0.22,
    },
  ];
  const rows = Array.from({ length: hooks }, (_, i) => {
    const [x, y] = [((i + 0.5) * width) / hooks + width / 2, (i + 0.5) * size];
    const curve: Point[] = [
      [x - width * 0.3, y + size * 0.35],
      [x - width * 0.05, y + size * 0.3],
      [x + width * 0.12, y - size * 0.1],
      [x + width * 0.02, y - size * 0.42],
      [x - width * 0.1, y - size * 0.2],
    ];
    return ribbon(curve, (t) => thick * (1.1 - 0.7 * t));
  });
  return [...parts, { d: rows.join(''), tone: 0 }];
}

/** Kawung batik: four ovals to each crossing, a cross and dots between. */
export function kawung(random: Random, width: number, height: number): Part[] {
  const [w, h] = [width / 2, height / 2];
  const fat = random.between(0.4, 0.56) * Math.min(w, h);
  const ovals = (x: number, y: number): string =>
    around(4, Math.PI / 4)
      .map((angle) =>
        petal('oval', {
          angle,
          length: Math.hypot(w, h) * 0.47,
          width: fat,
          base: polar(angle, w * 0.06, [x, y]),
        }),
      )
      .join('');
  const seams = (x: number, y: number): string =>
    around(4, Math.PI / 4)
      .map((angle) => polyline([polar(angle, w * 0.2, [x, y]), polar(angle, w * 0.5, [x, y])], false))
      .join('');
  const corners: readonly Point[] = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
    [w, h],
  ];
  const dots: readonly Point[] = [
    [w, 0],
    [0, h],
    [width, h],
    [w, height],
  ];
  return [
    { d: corners.map(([x, y]) => ovals(x, y)).join(''), tone: 0 },
    { d: corners.map(([x, y]) => seams(x, y)).join(''), tone: 1, line: w * 0.05 },
    { d: dots.map(([x, y]) => circle(x, y, w * random.between(0.08, 0.12))).join(''), tone: 2 },
  ];
}

/** Ikat lozenges with stepped, feathered flanks. */
export function ikatLozenges(random: Random, width: number, height: number): Part[] {
  const layers = random.whole(3, 5);
  const steps = random.whole(7, 12);
  const lozenge = (x: number, y: number, scale: number): string => {
    const half = Array.from({ length: steps + 1 }, (_, i): Point => [
      (i / steps) * width * 0.5 * scale,
      -(1 - i / steps) * height * 0.5 * scale * (i % 2 === 0 ? 1 : 0.82),
    ]);
    const right = [...half, ...half.map(([px, py]): Point => [px, -py]).reverse()];
    return polyline(
      [...right, ...right.map(([px, py]): Point => [-px, py]).reverse()].map(([px, py]): Point => [
        x + px,
        y + py,
      ]),
    );
  };
  return Array.from({ length: layers }, (_, i): Part => ({
    d: [
      [width / 2, height / 2],
      [0, 0],
      [width, 0],
      [0, height],
      [width, height],
    ]
      .map(([x = 0, y = 0], k) => lozenge(x, y, (k === 0 ? 1.02 : 0.5) * (1 - i / layers)))
      .join(''),
    tone: i,
  }));
}
