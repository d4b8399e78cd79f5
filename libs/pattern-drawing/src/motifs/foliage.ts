import { around, circle, type Part, type Point, polar, polyline, ribbon, smooth } from '../geometry/path.js';
import { petal, type PetalShape } from '../geometry/petal.js';
import { type Random } from '../random.js';

const MAIN = 0;
const SECOND = 1;
const ACCENT = 2;
const FOLIAGE = 3;
const LINE = 4;

/** A single leaf with veins: simple, lobed, split like a monstera, or fan-shaped like a ginkgo. */
export function leaf(random: Random): Part[] {
  return random.pick([simpleLeaf, lobedLeaf, ginkgo, palmFrond, simpleLeaf])(random);
}

function simpleLeaf(random: Random): Part[] {
  const shape = random.pick<PetalShape>(['pointed', 'oval', 'slender']);
  const width = random.between(0.55, 1.1);
  const base: Point = [0, 0.95];
  const pairs = random.whole(3, 7);
  const veins = Array.from({ length: pairs }, (_, i) => {
    const y = 0.7 - (i * 1.25) / pairs;
    const reach = width * 0.36 * Math.sin(((i + 1.2) / (pairs + 1)) * Math.PI);
    return [-1, 1]
      .map((side) =>
        polyline(
          [
            [0, y],
            [side * reach, y - 0.2],
          ],
          false,
        ),
      )
      .join('');
  });
  return [
    { d: petal(shape, { angle: 0, length: 1.9, width, base }), tone: FOLIAGE },
    {
      d:
        polyline(
          [
            [0, 1],
            [0, -0.8],
          ],
          false,
        ) + veins.join(''),
      tone: random.pick([LINE, SECOND]),
      line: 0.035,
    },
  ];
}

function lobedLeaf(random: Random): Part[] {
  const lobes = random.pick([3, 5, 5, 7]);
  const spread = random.between(1.8, 2.4);
  const stands = Array.from({ length: lobes }, (_, i) => {
    const side = (i - (lobes - 1) / 2) / ((lobes - 1) / 2);
    return {
      angle: (side * spread) / 1,
      length: 1.35 - Math.abs(side) * 0.6,
      width: 0.5,
      base: [0, 0.35] as const,
    };
  });
  return [
    {
      d: ribbon(
        [
          [0, 0.2],
          [0.04, 0.6],
          [0, 1],
        ],
        () => 0.07,
      ),
      tone: FOLIAGE,
    },
    { d: stands.map((stand) => petal('pointed', stand)).join(''), tone: FOLIAGE },
    {
      d: stands
        .map(({ angle, length, base }) => polyline([base, polar(angle, length * 0.8, base)], false))
        .join(''),
      tone: LINE,
      line: 0.03,
    },
  ];
}

function ginkgo(random: Random): Part[] {
  const spread = random.between(0.9, 1.2);
  const rim = Array.from({ length: 13 }, (_, i): Point => {
    const side = (i - 6) / 6;
    const split = i === 6 ? 0.75 : 1;
    return polar(side * spread, (1.42 + 0.05 * Math.sin(i * 5)) * split, [0, 0.5]);
  });
  const ribs = Array.from({ length: 11 }, (_, i) =>
    polyline([[0, 0.5], polar(((i - 5) / 5) * spread * 0.9, 1.15, [0, 0.5])], false),
  );
  return [
    {
      d: ribbon(
        [
          [0, 0.45],
          [0.06, 0.75],
          [-0.03, 1.05],
        ],
        (t) => 0.05 + t * 0.03,
      ),
      tone: FOLIAGE,
    },
    { d: smooth([[0, 0.55], ...rim]), tone: random.pick([MAIN, FOLIAGE]) },
    { d: ribs.join(''), tone: LINE, line: 0.02 },
  ];
}

function palmFrond(random: Random): Part[] {
  const pairs = random.whole(6, 11);
  const bend = random.between(-0.3, 0.3);
  const spine = Array.from({ length: 9 }, (_, i): Point => [bend * Math.sin((i / 8) * Math.PI), 1 - i / 4.2]);
  const slope = random.between(0.7, 1.15);
  const blades = Array.from({ length: pairs }, (_, i) => {
    const t = (i + 0.6) / pairs;
    const base: Point = [bend * Math.sin(t * Math.PI), 1 - t * 1.9];
    const length = 0.25 + 0.55 * Math.sin(t * 2.6);
    return [-1, 1].map((side) =>
      petal('pointed', { angle: side * slope * (1 - t * 0.4), length, width: 0.14, base }),
    );
  }).flat();
  return [
    { d: blades.join(''), tone: FOLIAGE },
    { d: smooth(spine, false), tone: random.pick([LINE, FOLIAGE]), line: 0.04 },
  ];
}

/** A bent stem with paired leaves and flowers, buds or berries at its ends. */
export function spray(random: Random): Part[] {
  const bend = random.between(-0.5, 0.5);
  const stemAt = (t: number): Point => [bend * Math.sin(t * Math.PI), 1 - t * 1.75];
  const stem = Array.from({ length: 8 }, (_, i) => stemAt(i / 7));
  const leafShape = random.pick<PetalShape>(['pointed', 'oval', 'slender']);
  const count = random.whole(3, 6);
  const leaves = Array.from({ length: count }, (_, i) => {
    const side = i % 2 === 0 ? 1 : -1;
    const base = stemAt(0.1 + (i * 0.65) / count);
    return petal(leafShape, {
      angle: side * random.between(0.7, 1.2),
      length: random.between(0.4, 0.62),
      width: 0.22,
      base,
    });
  });
  const tips: Point[] = [stemAt(1)];
  const twigs = Array.from({ length: random.whole(1, 4) }, (_, i) => {
    const from = stemAt(0.45 + i * 0.14);
    const tip = polar((i % 2 === 0 ? -1 : 1) * random.between(0.6, 1), random.between(0.35, 0.6), from);
    tips.push(tip);
    return smooth([from, [(from[0] + tip[0]) / 2, (from[1] + tip[1]) / 2 - 0.06], tip], false);
  });
  const petals = random.pick([0, 0, 5, 5, 6, 8]);
  const size = random.between(0.15, 0.27);
  const heads = tips.map((tip) =>
    petals === 0
      ? circle(...tip, size * 0.6)
      : around(petals)
          .map((angle) => petal('oval', { angle, length: size, width: (size * 4.5) / petals, base: tip }))
          .join(''),
  );
  return [
    { d: ribbon(stem, (t) => 0.06 - t * 0.03), tone: FOLIAGE },
    { d: twigs.join(''), tone: FOLIAGE, line: 0.03 },
    { d: leaves.join(''), tone: FOLIAGE },
    { d: heads.join(''), tone: MAIN },
    { d: tips.map((tip) => circle(...tip, size * 0.25)).join(''), tone: ACCENT },
  ];
}

/** Bamboo: jointed canes and hanging blades. */
export function bamboo(random: Random): Part[] {
  const canes = random.whole(1, 3);
  const parts: Part[] = [];
  for (let cane = 0; cane < canes; cane++) {
    const x = (cane - (canes - 1) / 2) * 0.55 + random.between(-0.08, 0.08);
    const joints = random.whole(3, 4);
    const length = 1.9 / joints;
    const offset = random.between(0, 0.2);
    const d = Array.from({ length: joints }, (_, i) => {
      const y = 0.98 - i * length - offset;
      return ribbon(
        [
          [x, y],
          [x + 0.01, y - length * 0.5],
          [x, y - length * 0.93],
        ],
        (t) => 0.09 + 0.04 * Math.abs(t - 0.5),
      );
    });
    parts.push({ d: d.join(''), tone: SECOND });
    const blades = Array.from({ length: random.whole(3, 6) }, () =>
      petal('pointed', {
        angle: random.between(1.6, 2.5) * (random.chance(0.5) ? 1 : -1),
        length: random.between(0.4, 0.65),
        width: 0.12,
        base: [x, 0.5 - length * random.whole(0, joints - 1)],
      }),
    );
    parts.push({ d: blades.join(''), tone: FOLIAGE });
  }
  return parts;
}

const twoLeaves = (): string =>
  [-0.8, 0.9]
    .map((angle) => petal('pointed', { angle, length: 0.85, width: 0.36, base: [0, -0.5] }))
    .join('');

/** Two cherries on one stalk. */
export function cherries(random: Random): Part[] {
  const low = random.between(0.35, 0.6);
  const balls: Point[] = [
    [-0.45, low],
    [0.4, 0.45],
  ];
  return [
    {
      d: balls.map((ball) => smooth([ball, [ball[0] * 0.5, -0.2], [0.1, -0.85]], false)).join(''),
      tone: LINE,
      line: 0.05,
    },
    { d: petal('pointed', { angle: 1.2, length: 0.8, width: 0.4, base: [0.1, -0.8] }), tone: FOLIAGE },
    { d: balls.map((ball) => circle(...ball, 0.38)).join(''), tone: MAIN },
    { d: balls.map(([x, y]) => circle(x - 0.12, y - 0.12, 0.09)).join(''), tone: ACCENT },
  ];
}

/** A lemon with leaves. */
export function lemon(random: Random): Part[] {
  const turn = random.between(-0.3, 0.3);
  const body: Point[] = [
    [0, -0.75],
    [0.12, -0.6],
    [0.52, -0.2],
    [0.5, 0.4],
    [0.14, 0.78],
    [0, 0.95],
    [-0.14, 0.78],
    [-0.5, 0.4],
    [-0.52, -0.2],
    [-0.12, -0.6],
  ];
  return [
    { d: twoLeaves(), tone: FOLIAGE },
    { d: smooth(body), tone: MAIN },
    {
      d: around(7, turn)
        .map((angle) => circle(...polar(angle, 0.27, [0, 0.15]), 0.025))
        .join(''),
      tone: LINE,
    },
    {
      d: petal('oval', { angle: 0.3, length: 0.5, width: 0.14, base: [-0.28, 0.3] }),
      tone: ACCENT,
      opacity: 0.7,
    },
  ];
}

/** A pomegranate, opened to its seeds. */
export function pomegranate(random: Random): Part[] {
  const rows = random.whole(2, 3);
  const crown: Point[] = [
    [-0.2, -0.55],
    [-0.3, -0.95],
    [-0.1, -0.75],
    [0, -1],
    [0.1, -0.75],
    [0.3, -0.95],
    [0.2, -0.55],
  ];
  const seeds = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: 4 - row }, (_, i) => circle(-0.2 + i * 0.15 + row * 0.07, 0.35 - row * 0.2, 0.06)),
  ).flat();
  return [
    { d: twoLeaves(), tone: FOLIAGE },
    { d: polyline(crown), tone: SECOND },
    { d: circle(0, 0.15, 0.72), tone: MAIN },
    { d: petal('pointed', { angle: 0, length: 0.95, width: 0.75, base: [0, 0.65] }), tone: SECOND },
    { d: seeds.join(''), tone: ACCENT },
  ];
}

/** A feather with a split vane. */
export function feather(random: Random): Part[] {
  const width = random.between(0.45, 0.8);
  const barbs = Array.from({ length: random.whole(7, 13) }, (_, i) => {
    const y = 0.55 - i * 0.13;
    return [-1, 1]
      .map((side) =>
        polyline(
          [
            [0, y],
            [side * width * 0.42, y - 0.22],
          ],
          false,
        ),
      )
      .join('');
  });
  const eye = petal('oval', { angle: 0, length: 0.5, width: width * 0.5, base: [0, -0.4] });
  return [
    { d: petal('oval', { angle: 0, length: 1.7, width, base: [0, 0.7] }), tone: MAIN },
    { d: barbs.join(''), tone: SECOND, line: random.between(0.025, 0.05) },
    { d: eye, tone: ACCENT },
    {
      d: smooth(
        [
          [0, 1],
          [0.03, 0.2],
          [0, -0.9],
        ],
        false,
      ),
      tone: LINE,
      line: 0.045,
    },
  ];
}
