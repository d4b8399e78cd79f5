import { around, circle, type Part, polar, smooth, spiral } from '../geometry/path.js';
import { petal, type PetalShape } from '../geometry/petal.js';
import { type Random } from '../random.js';

const MAIN = 0;
const SECOND = 1;
const ACCENT = 2;
const FOLIAGE = 3;
const LINE = 4;

/** An open flower seen from above: one to three rings of petals and a heart of stamens. */
export function openFlower(random: Random): Part[] {
  const shape = random.pick<PetalShape>(['oval', 'pointed', 'notched', 'spoon', 'frilled', 'heart']);
  const count = random.pick([4, 5, 5, 5, 6, 6, 7, 8]);
  const rings = random.whole(1, 3);
  const width = random.between(0.75, 1.25);
  const parts: Part[] = [];
  if (random.chance(0.35)) {
    const leaves = around(random.whole(3, 5), random.between(0, 2));
    parts.push({
      d: leaves.map((angle) => petal('pointed', { angle, length: 1.15, width: 0.4 })).join(''),
      tone: FOLIAGE,
    });
  }
  for (let ring = 0; ring < rings; ring++) {
    const length = 0.97 * (1 - ring * 0.29);
    const petals = around(count, (ring * Math.PI) / count).map((angle) =>
      petal(shape, { angle, length, width: ((2 * Math.PI * length * 0.72) / count) * width }),
    );
    parts.push({ d: petals.join(''), tone: ring % 2 === 0 ? MAIN : SECOND });
    parts.push({ d: petals.join(''), tone: LINE, line: 0.018 });
  }
  if (random.chance(0.6)) {
    const veins = around(count).flatMap((angle) =>
      [-0.13, 0, 0.13].map((side) =>
        smooth([polar(angle, 0.22), polar(angle + side, 0.62 - Math.abs(side))], false),
      ),
    );
    parts.push({ d: veins.join(''), tone: SECOND, line: 0.025 });
  }
  return [...parts, ...flowerHeart(random, random.between(0.14, 0.26))];
}

/** A disc with stamens or dots, as in the middle of a flower. */
function flowerHeart(random: Random, radius: number): Part[] {
  const stamens = around(random.whole(6, 12), random.between(0, 1));
  const parts: Part[] = [{ d: circle(0, 0, radius), tone: ACCENT }];
  if (random.chance(0.5)) {
    parts.push({
      d: stamens.map((angle) => circle(...polar(angle, radius * 1.5), radius * 0.16)).join(''),
      tone: ACCENT,
    });
    parts.push({
      d: stamens.map((angle) => smooth([polar(angle, radius), polar(angle, radius * 1.5)], false)).join(''),
      tone: ACCENT,
      line: 0.02,
    });
  }
  if (random.chance(0.6))
    parts.push({
      d: stamens.map((angle) => circle(...polar(angle, radius * 0.6), radius * 0.13)).join(''),
      tone: LINE,
    });
  return parts;
}

/** Chrysanthemum: many slender petals in rings, each ring set between the one before. */
export function chrysanthemum(random: Random): Part[] {
  const count = random.whole(12, 22);
  const shape = random.pick<PetalShape>(['slender', 'spoon', 'pointed']);
  const rings = random.whole(2, 4);
  return [
    ...Array.from({ length: rings }, (_, ring): Part[] => {
      const length = 1 - ring * (0.75 / rings);
      const d = around(count - ring, (ring * Math.PI) / count)
        .map((angle) => petal(shape, { angle, length, width: (5.4 * length) / count }))
        .join('');
      return [
        { d, tone: ring % 2 === 0 ? MAIN : SECOND },
        { d, tone: LINE, line: 0.014 },
      ];
    }).flat(),
    { d: circle(0, 0, random.between(0.08, 0.2)), tone: ACCENT },
  ];
}

/** Peony: scalloped rings of full petals, each drawn a little out of true. */
export function peony(random: Random): Part[] {
  const rings = random.whole(4, 6);
  const parts: Part[] = [];
  if (random.chance(0.6))
    parts.push({
      d: around(random.whole(3, 6), random.between(0, 6))
        .map((angle) => petal('pointed', { angle, length: 1.2, width: 0.45 }))
        .join(''),
      tone: FOLIAGE,
    });
  for (let ring = 0; ring < rings; ring++) {
    const radius = 0.95 * (1 - ring / rings) + 0.08;
    const count = Math.max(4, 9 - ring + random.whole(-1, 1));
    const d = around(count, random.between(0, 6))
      .map((angle) =>
        petal(ring % 2 === 0 ? 'frilled' : 'notched', {
          angle: angle + random.between(-0.12, 0.12),
          length: radius * random.between(0.9, 1.05),
          width: (7.6 * radius) / count,
        }),
      )
      .join('');
    parts.push({ d, tone: ring % 2 === 0 ? MAIN : SECOND }, { d, tone: LINE, line: 0.02 });
  }
  const seeds = around(9, 0.3).map((angle, i) => circle(...polar(angle, i % 2 === 0 ? 0.1 : 0.17), 0.035));
  return [...parts, { d: seeds.join(''), tone: ACCENT }];
}

/** Rose: spiral folds in a round of petals, with two or three leaves. */
export function rose(random: Random): Part[] {
  const leaves = around(random.whole(2, 3), random.between(0, 6));
  const outer = around(random.whole(5, 7), random.between(0, 6));
  const d = outer.map((angle) => circle(...polar(angle, 0.42), random.between(0.36, 0.44))).join('');
  const folds = [0.78, 0.56, 0.34].map((radius, i) =>
    smooth(spiral([0, 0], radius, random.between(0.7, 1.3), random.between(0, 6) + i * 2, 0.55), false),
  );
  return [
    {
      d: leaves.map((angle) => petal('pointed', { angle, length: 1.15, width: 0.5 })).join(''),
      tone: FOLIAGE,
    },
    {
      d: leaves.map((angle) => smooth([polar(angle, 0.5), polar(angle, 1.05)], false)).join(''),
      tone: LINE,
      line: 0.025,
    },
    { d, tone: MAIN },
    { d: circle(0, 0, 0.55), tone: SECOND },
    { d: circle(0.04, 0.03, 0.3), tone: MAIN },
    { d: folds.join(''), tone: LINE, line: random.between(0.03, 0.06) },
    { d: smooth(spiral([0, 0], 0.24, 1.6, random.between(0, 6)), false), tone: ACCENT, line: 0.05 },
  ];
}

/** Lotus or tulip in profile: a fan of petals over a cup. */
export function profileFlower(random: Random): Part[] {
  const count = random.pick([3, 5, 7, 9]);
  const spread = random.between(0.9, 1.5);
  const shape = random.pick<PetalShape>(['pointed', 'oval', 'slender', 'pointed']);
  const base: readonly [number, number] = [0, 0.45];
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (p, q) => Math.abs(q - (count - 1) / 2) - Math.abs(p - (count - 1) / 2),
  );
  const parts: Part[] = [
    { d: smooth([base, [random.between(-0.15, 0.15), 0.75], [0, 1.05]], false), tone: FOLIAGE, line: 0.07 },
  ];
  if (random.chance(0.7))
    parts.push({
      d: [-1, 1]
        .map((side) => petal('pointed', { angle: side * 1, length: 0.7, width: 0.24, base: [0, 1] }))
        .join(''),
      tone: FOLIAGE,
    });
  order.forEach((i) => {
    const side = (i - (count - 1) / 2) / ((count - 1) / 2);
    const d = petal(shape, {
      angle: side * spread,
      length: 1.35 - Math.abs(side) * 0.35,
      width: random.between(0.46, 0.56),
      base,
    });
    parts.push({ d, tone: i % 2 === 0 ? MAIN : SECOND }, { d, tone: LINE, line: 0.022 });
  });
  return [
    ...parts,
    { d: petal('oval', { angle: 0, length: 0.3, width: 0.34, base: [0, 0.6] }), tone: ACCENT },
  ];
}

/** A small blossom of round petals, as plum and cherry. */
export function blossom(random: Random): Part[] {
  const count = random.pick([4, 5, 5, 5, 6]);
  const notched = random.chance(0.5);
  const petals = around(count).map((angle) =>
    notched
      ? petal('heart', { angle, length: 0.97, width: 5 / count })
      : circle(...polar(angle, 0.54), 2.15 / count),
  );
  const stamens = around(count * 2, Math.PI / count);
  return [
    { d: petals.join(''), tone: MAIN },
    { d: circle(0, 0, 0.3), tone: SECOND },
    {
      d: stamens.map((angle) => smooth([polar(angle, 0.1), polar(angle, 0.44)], false)).join(''),
      tone: ACCENT,
      line: 0.035,
    },
    { d: stamens.map((angle) => circle(...polar(angle, 0.46), 0.05)).join(''), tone: ACCENT },
    { d: circle(0, 0, 0.11), tone: LINE },
  ];
}

/** Daisy: slim separate petals round a big disc. */
export function daisy(random: Random): Part[] {
  const count = random.whole(8, 16);
  const disc = random.between(0.2, 0.36);
  const d = around(count)
    .map((angle) =>
      petal('slender', {
        angle,
        length: random.between(0.9, 1),
        width: random.between(3.6, 5) / count,
      }),
    )
    .join('');
  const dots = around(8).map((angle) => circle(...polar(angle, disc * 0.55), disc * 0.12));
  return [
    { d, tone: MAIN },
    { d: circle(0, 0, disc), tone: ACCENT },
    { d: dots.join(''), tone: LINE },
  ];
}
