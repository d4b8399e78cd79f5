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
import { type Random } from '../random.js';

/** Crossed diagonals with or without knots where they meet. */
export function trellis(random: Random, width: number, height: number): Part[] {
  const line = random.between(0.02, 0.09) * Math.min(width, height);
  const crossing =
    polyline(
      [
        [-width * 0.5, -height * 0.5],
        [width * 1.5, height * 1.5],
      ],
      false,
    ) +
    polyline(
      [
        [width * 1.5, -height * 0.5],
        [-width * 0.5, height * 1.5],
      ],
      false,
    );
  const knots: readonly Point[] = [
    [width / 2, height / 2],
    [0, 0],
  ];
  const parts: Part[] = [{ d: crossing, tone: 0, line }];
  if (random.chance(0.4)) parts.push({ d: crossing, tone: 1, line: line * 0.35 });
  if (random.chance(0.5))
    parts.push({ d: knots.map(([x, y]) => circle(x, y, line * 1.3)).join(''), tone: 2 });
  return parts;
}

/** Ogee lattice: onion-shaped meshes between swinging lines. */
export function ogeeLattice(random: Random, width: number, height: number): Part[] {
  const line = random.between(0.03, 0.12) * width;
  const swing = (phase: number): string =>
    smooth(
      Array.from({ length: 25 }, (_, i): Point => [
        width * (0.25 + phase / 2) +
          (phase === 0 ? 1 : -1) * width * 0.245 * Math.cos(((i - 4) / 16) * 2 * Math.PI),
        ((i - 4) / 16) * height,
      ]),
      false,
    );
  const both = swing(0) + swing(1);
  return [
    { d: both, tone: 0, line },
    ...(random.chance(0.6) ? [{ d: both, tone: 1, line: line * 0.4 }] : []),
  ];
}

/** Seigaiha, fish-scale waves: arcs in arcs, each row over the one before. */
export function scallops(random: Random, width: number, height: number): Part[] {
  const arcs = random.whole(2, 5);
  const scale = (x: number, y: number): Part[] =>
    Array.from({ length: arcs }, (_, i): Part => ({
      d: `M${x - (width / 2) * (1 - i / arcs)} ${y}A${(width / 2) * (1 - i / arcs)} ${height * (1 - i / arcs)} 0 0 1 ${x + (width / 2) * (1 - i / arcs)} ${y}Z`,
      tone: i,
    }));
  return [
    ...[0, 1].flatMap((i) => scale(i * width, height * 0.5)),
    ...scale(width / 2, height),
    ...[0, 1].flatMap((i) => scale(i * width, height * 1.5)),
  ];
}

/** Honeycomb on a cell twice as high as its hexagons' step. */
export function honeycomb(random: Random, width: number, height: number): Part[] {
  const hexagon = (x: number, y: number, size: number): string =>
    polyline(
      [
        [0, -1 / 3],
        [0.5, -1 / 6],
        [0.5, 1 / 6],
        [0, 1 / 3],
        [-0.5, 1 / 6],
        [-0.5, -1 / 6],
      ].map(([px = 0, py = 0]): Point => [x + px * width * size, y + py * height * size]),
    );
  const cells: readonly Point[] = [
    [0, 0],
    [width, 0],
    [width / 2, height / 2],
    [0, height],
    [width, height],
  ];
  const size = random.between(0.75, 0.96);
  return [
    { d: cells.map(([x, y]) => hexagon(x, y, size)).join(''), tone: 0 },
    ...(random.chance(0.6)
      ? [{ d: cells.map(([x, y]) => hexagon(x, y, size * random.between(0.5, 0.75))).join(''), tone: 1 }]
      : []),
  ];
}

/** Fret (huiwen): square spirals back to back. */
export function fret(random: Random, width: number, height: number): Part[] {
  const line = Math.min(width, height) * random.between(0.045, 0.07);
  const spiralAt = (x: number, y: number, flip: number): string => {
    const steps: readonly (readonly [number, number])[] = [
      [-0.4, 0.4],
      [-0.4, -0.4],
      [0.4, -0.4],
      [0.4, 0.4],
      [-0.12, 0.4],
      [-0.12, -0.12],
      [0.14, -0.12],
      [0.14, 0.14],
    ];
    return polyline(
      steps.map(([px, py]): Point => [x + (px * flip * width) / 2, y + (py * height) / 2]),
      false,
    );
  };
  const flip = random.pick([-1, 1]);
  return [
    {
      d:
        spiralAt(width / 4, height / 4, 1) +
        spiralAt((3 * width) / 4, height / 4, flip) +
        spiralAt(width / 4, (3 * height) / 4, flip) +
        spiralAt((3 * width) / 4, (3 * height) / 4, 1),
      tone: 0,
      line,
    },
  ];
}

/** Linked coins (shippo): circles through one another's middles. */
export function coins(random: Random, width: number, height: number): Part[] {
  const [w, h] = [width / 2, height / 2];
  const lens = (x: number, y: number, dx: number, dy: number): string =>
    `M${x - dx} ${y - dy}A${w} ${h} 0 0 1 ${x + dx} ${y + dy}A${w} ${h} 0 0 1 ${x - dx} ${y - dy}Z`;
  const lenses = [
    [w / 2, h / 2, 1, 1],
    [w * 1.5, h * 1.5, 1, 1],
    [w / 2, h * 1.5, 1, -1],
    [w * 1.5, h / 2, 1, -1],
  ]
    .map(([x = 0, y = 0, sx = 1, sy = 1]) => lens(x, y, (w / 2) * sx, (h / 2) * sy))
    .join('');
  const line = width * 0.02;
  const middles: readonly Point[] = [
    [w, 0],
    [0, h],
    [width, h],
    [w, height],
  ];
  return [
    random.chance(0.65) ? { d: lenses, tone: 0 } : { d: lenses, tone: 0, line },
    ...(random.chance(0.6)
      ? [{ d: middles.map(([x, y]) => circle(x, y, width * 0.07)).join(''), tone: 1 }]
      : []),
  ];
}

/** Hemp leaf (asanoha): six-pointed stars of lines, on a cell of 1 : √3. */
export function hempLeaf(random: Random, width: number, height: number): Part[] {
  const edge = width;
  const line = edge * random.between(0.015, 0.045);
  const squeeze = height / (edge * Math.sqrt(3));
  const star = (x: number, y: number): string =>
    around(6)
      .map((angle) => {
        const tip = polar(angle, edge / Math.sqrt(3));
        const wings = [-1, 1].map((side) => polar(angle + (side * Math.PI) / 6, edge / 3));
        return [
          polyline(
            [
              [x, y],
              [x + tip[0], y + tip[1] * squeeze],
            ],
            false,
          ),
          ...wings.map((wing) =>
            polyline(
              [
                [x, y],
                [x + wing[0], y + wing[1] * squeeze],
                [x + tip[0], y + tip[1] * squeeze],
              ],
              false,
            ),
          ),
        ].join('');
      })
      .join('');
  return [
    {
      d: star(0, 0) + star(width, 0) + star(width / 2, height / 2) + star(0, height) + star(width, height),
      tone: 0,
      line,
    },
  ];
}

/** Plaited bands: parquet blocks of bars, across and upright by turns. */
export function basket(random: Random, width: number, height: number): Part[] {
  const bars = random.whole(2, 4);
  const gap = random.between(0.1, 0.3);
  const [w, h] = [width / 2, height / 2];
  const block = (x: number, y: number, upright: boolean): string =>
    Array.from({ length: bars }, (_, i) =>
      upright
        ? rectangle(x + ((i + gap / 2) * w) / bars, y, (w / bars) * (1 - gap), h)
        : rectangle(x, y + ((i + gap / 2) * h) / bars, w, (h / bars) * (1 - gap)),
    ).join('');
  return [
    { d: block(0, 0, true) + block(w, h, true), tone: 0 },
    { d: block(w, 0, false) + block(0, h, false), tone: 1 },
  ];
}

/** Triangles in rows, light and dark. */
export function triangles(random: Random, width: number, height: number): Part[] {
  const [w, h] = [width / 2, height / 2];
  const upward = (x: number, y: number, scale: number): string =>
    polyline([
      [x - w * 0.5 * scale, y + h * scale * 0.5],
      [x, y - h * scale * 0.5],
      [x + w * 0.5 * scale, y + h * scale * 0.5],
    ]);
  const scale = random.between(0.7, 1);
  return [
    { d: upward(w * 0.5, h * 0.5, scale), tone: 0 },
    { d: upward(w * 1.5, h * 0.5, scale), tone: 1 },
    { d: upward(0, h * 1.5, scale) + upward(width, h * 1.5, scale), tone: 2 },
    { d: upward(w, h * 1.5, scale), tone: 0 },
  ];
}

/** Crazed ice: an irregular net of straight cracks. */
export function iceCrack(random: Random, width: number, height: number): Part[] {
  const size = random.whole(4, 7);
  const jitter = Array.from({ length: size * size }, (): Point => [
    random.between(-0.38, 0.38),
    random.between(-0.38, 0.38),
  ]);
  const node = (column: number, row: number): Point => {
    const [dx, dy] = jitter[((row + size) % size) * size + ((column + size) % size)] ?? [0, 0];
    return [((column + 0.5 + dx) * width) / size, ((row + 0.5 + dy) * height) / size];
  };
  const cracks: string[] = [];
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const keep = random.whole(0, 5);
      if (keep !== 0) cracks.push(polyline([node(column, row), node(column + 1, row)], false));
      if (keep !== 1) cracks.push(polyline([node(column, row), node(column, row + 1)], false));
      if (keep === 2) cracks.push(polyline([node(column, row), node(column + 1, row + 1)], false));
    }
  return [
    { d: cracks.join(''), tone: 0, line: (Math.min(width, height) / size) * random.between(0.03, 0.1) },
  ];
}
