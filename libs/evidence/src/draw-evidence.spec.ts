import { describe, expect, it } from '@jest/globals';
import { FRAME, type LocalFeatures, type RepeatUnit } from '#libs/registry';
import sharp from 'sharp';
import { composeDesign, drawPattern, recolour } from '#libs/pattern-drawing';
import { drawEvidence, type Evidence, type ToShow } from './draw-evidence.js';
import type { MatchToShow, SideToShow } from './match.js';
import type { Placing } from './placing.js';
import { evidenceSchema } from './report.js';
import { type PictureName } from './captions.js';

const SIDE = 512;
const MODEL = `sha256:${'1'.repeat(64)}`;
const calibration = {
  id: 'cal-test',
  modelDigest: MODEL,
  duplicateAt: 0.9,
  suspectedAt: 0.8,
  gallery: 1_000,
  background: [
    { score: 0.9, per10000: 12 },
    { score: 0.8, per10000: 90 },
  ],
};
/** A tablecloth in blocks: what it repeats is known. */
const design = composeDesign(8);
const toFrame = FRAME / SIDE;
const lattice: RepeatUnit = {
  a: [design.cell.width * toFrame, 0],
  b: [0, design.cell.height * toFrame],
  strength: 1,
  cell: new Uint8Array(),
};
const MIRRORED: Placing = { a: -1, b: 0, c: 0, d: 1, e: FRAME - 1, f: 0 };
const SAME: Placing = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

const cloth = drawPattern(design, { width: SIDE, height: SIDE, format: 'png' });

function features(places: readonly (readonly [number, number])[], width = FRAME): LocalFeatures {
  const count = places.length;
  return {
    width,
    height: FRAME,
    count,
    x: Float32Array.from(places, ([x]) => x),
    y: Float32Array.from(places, ([, y]) => y),
    scale: new Float32Array(count).fill(4),
    angle: new Float32Array(count),
    descriptors: new Uint8Array(),
    colours: new Uint8Array(count * 3),
  };
}

const PLACES = [40, 100, 160].flatMap((x) => [60, 140, 220].map((y) => [x, y] as const));

async function side(picture: Uint8Array, change: Partial<SideToShow> = {}): Promise<SideToShow> {
  const { data, info } = await sharp(picture)
    .flatten({ background: '#ffffff' })
    .resize(FRAME, FRAME, { fit: 'inside' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    frame: { width: info.width, height: info.height, pixels: data },
    covers: 1,
    pattern: { pictureDigest: MODEL, mediaType: 'image/png', width: SIDE, height: SIDE },
    features: features(PLACES),
    repeat: lattice,
    ...change,
  };
}

function match(change: Partial<MatchToShow> = {}): MatchToShow {
  return {
    score: 0.95,
    transform: { mirrored: false, rotation: 0, scale: 1, offset: [0, 0], recoloured: false },
    matchedShare: { query: 0.5, candidate: 0.5 },
    evidence: { cosine: 0.9, inliers: 9, agreement: 8, agreements: 8, density: 0.9, features: 9, cells: 0.9 },
    placing: SAME,
    pairs: PLACES.map((_, at) => ({ query: at, candidate: at })),
    ...change,
  };
}

async function draw(shown: Omit<ToShow, 'calibration'>): Promise<Evidence> {
  const evidence = await drawEvidence({ ...shown, calibration });
  expect(evidenceSchema.parse(evidence.report)).toEqual(evidence.report);
  expect(evidence.report.pictures.map(({ name }) => name)).toEqual([...evidence.pictures.keys()]);
  return evidence;
}

async function pixelsOf({ pictures }: Evidence, name: PictureName) {
  const { data, info } = await sharp(pictures.get(name)).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** Mean difference of two pictures' bytes, 0 to 255. */
async function differenceOf(evidence: Evidence, one: PictureName, other: PictureName): Promise<number> {
  const [a, b] = [await pixelsOf(evidence, one), await pixelsOf(evidence, other)];
  expect([a.width, a.height, a.channels]).toEqual([b.width, b.height, 3]);
  return a.data.reduce((sum, value, at) => sum + Math.abs(value - (b.data[at] ?? 0)), 0) / a.data.length;
}

describe('the evidence of a mirrored copy', () => {
  it('lies on the candidate under the right placing, and not under a wrong one', async () => {
    const picture = await cloth;
    const mirrored = await sharp(picture).flop().png().toBuffer();
    const query = await side(mirrored, { features: features(PLACES.map(([x, y]) => [FRAME - 1 - x, y])) });
    const right = await draw({ query, candidate: await side(picture), match: match({ placing: MIRRORED }) });
    expect(await differenceOf(right, 'blink-a.png', 'blink-b.png')).toBeLessThan(1);
    expect(await differenceOf(right, 'blink-a.png', 'checkerboard.png')).toBeLessThan(1);
    expect(right.report).toMatchObject({
      placedBy: 'places',
      verdict: 'DUPLICATE',
      rarity: { per10000: 12 },
      absent: [],
    });
    expect(right.report.covered).toBeCloseTo(1, 2);
    const shifted = { ...MIRRORED, e: FRAME - 30 };
    const wrong = await draw({
      query,
      candidate: await side(picture, { repeat: null }),
      match: match({ placing: shifted }),
    });
    expect(await differenceOf(wrong, 'blink-a.png', 'blink-b.png')).toBeGreaterThan(20);
    // Lines that agree are printed black; those that do not stay coloured.
    const [agreed, apart] = [await colouredShare(right), await colouredShare(wrong)];
    expect(agreed).toBeLessThan(0.02);
    expect(apart).toBeGreaterThan(0.1);
  });

  it('keeps the matched region and fades the rest, on both sides', async () => {
    const picture = await cloth;
    const evidence = await draw({
      query: await side(picture, { repeat: null }),
      candidate: await side(picture),
      match: match(),
    });
    for (const name of ['matched-query.png', 'matched-candidate.png'] as const) {
      const [kept, before] = [await pixelsOf(evidence, name), await pixelsOf(evidence, 'blink-a.png')];
      const at = (x: number, y: number) => (y * FRAME + x) * 3;
      for (const [x, y] of PLACES)
        expect([...kept.data.subarray(at(x, y), at(x, y) + 3)]).toEqual([
          ...before.data.subarray(at(x, y), at(x, y) + 3),
        ]);
      const corner = [...kept.data.subarray(at(370, 370), at(370, 370) + 3)];
      expect(Math.min(...corner)).toBeGreaterThan(190);
      expect(Math.max(...corner) - Math.min(...corner)).toBeLessThan(3);
    }
  });
});

/** Share of the overlay's pixels in which one ink stands alone. */
async function colouredShare(evidence: Evidence): Promise<number> {
  const { data } = await pixelsOf(evidence, 'overlay.png');
  let coloured = 0;
  for (let at = 0; at < data.length; at += 3) {
    const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 100) coloured += 1;
  }
  return coloured / (data.length / 3);
}

describe('the repeats', () => {
  it('of equal cloths do not differ, whatever the phase of the cut', async () => {
    const picture = await cloth;
    const shifted = await sharp(picture)
      .extract({ left: 37, top: 53, width: 400, height: 400 })
      .png()
      .toBuffer();
    const scale = FRAME / 400 / toFrame;
    const query = await side(shifted, {
      repeat: { ...lattice, a: [lattice.a[0] * scale, 0], b: [0, lattice.b[1] * scale] },
    });
    const nothing = { placing: null, pairs: [], transform: null };
    const { report, pictures } = await draw({ query, candidate: await side(picture), match: match(nothing) });
    expect(report.repeat?.correlation).toBeGreaterThan(0.8);
    expect(report.repeat?.drawingDifference).toBeLessThan(0.04);
    // The repeat alone places the query: it lies where its lines are.
    expect(report.placedBy).toBe('repeat');
    expect(await differenceOf({ report, pictures }, 'repeat-query.png', 'repeat-candidate.png')).toBeLessThan(
      12,
    );
    expect(report.absent.map(({ name }) => name)).toEqual(['matched-query.png', 'matched-candidate.png']);
  });

  it('of another drawing on the same lattice do', async () => {
    const other = composeDesign(4);
    const same = { ...other, cell: design.cell, repeat: design.repeat };
    const query = await side(await drawPattern(same, { width: SIDE, height: SIDE, format: 'png' }));
    const { report } = await draw({ query, candidate: await side(await cloth), match: match() });
    expect(report.repeat?.correlation).toBeLessThan(0.5);
    expect(report.repeat?.drawingDifference).toBeGreaterThan(0.08);
  });

  it.each<[string, SideToShow['repeat'], SideToShow['repeat'], RegExp]>([
    ['the query', null, lattice, /query/],
    ['the candidate', lattice, null, /candidate/],
    ['either', null, null, /either/],
    ['one in other proportions', lattice, { ...lattice, a: [30, 0], b: [0, 190] }, /shapes/],
    ['one of vectors on one line', lattice, { ...lattice, a: [30, 0], b: [60, 0] }, /candidate/],
    ['one of no length', { ...lattice, a: [0, 0] }, lattice, /query/],
    ['one that is no number', { ...lattice, a: [NaN, Infinity] }, lattice, /query/],
  ])('are absent, and the report says so, where there is none of %s', async (_, own, other, reason) => {
    const picture = await cloth;
    const { report, pictures } = await draw({
      query: await side(picture, { repeat: own }),
      candidate: await side(picture, { repeat: other }),
      match: match({ placing: null }),
    });
    expect(report.repeat).toBeNull();
    for (const name of ['repeat-query.png', 'repeat-candidate.png', 'repeat-difference.png'] as const) {
      expect(report.absent.find((one) => one.name === name)?.reason.en).toMatch(reason);
      expect(pictures.has(name)).toBe(false);
    }
  });
});

describe('the palette', () => {
  /** Big fields of four colours. */
  async function fields(colours: readonly string[]): Promise<Buffer> {
    const half = SIDE / 2;
    const tiles = await Promise.all(
      colours.map((background) =>
        sharp({ create: { width: half, height: half, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    return sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#fff' } })
      .composite(tiles.map((input, at) => ({ input, left: (at % 2) * half, top: Math.floor(at / 2) * half })))
      .png()
      .toBuffer();
  }
  const plain = { repeat: null };

  it('of a swap tells which colour became which', async () => {
    const query = await side(await fields(['#c02020', '#2040c0', '#e0d040', '#107030']), plain);
    const candidate = await side(await fields(['#2040c0', '#c02020', '#107030', '#e0d040']), plain);
    const everywhere = [0, 1, 2, 3, 4, 5].flatMap((x) =>
      [0, 1, 2, 3, 4, 5].map((y) => [32 + x * 64, 32 + y * 64] as const),
    );
    const all = { features: { ...features(everywhere), scale: new Float32Array(36).fill(16) } };
    const { report } = await draw({
      query: { ...query, ...all },
      candidate: { ...candidate, ...all },
      match: match({ pairs: everywhere.map((_, at) => ({ query: at, candidate: at })) }),
    });
    const found = report.palette?.mapping.map(({ from, to }) => `${from} ${to}`).sort();
    expect(found).toEqual(['#107030 #e0d040', '#2040c0 #c02020', '#c02020 #2040c0', '#e0d040 #107030']);
    for (const { share, agreement } of report.palette?.mapping ?? []) {
      expect(share).toBeCloseTo(0.25, 1);
      expect(agreement).toBeGreaterThan(0.95);
    }
    expect(report.palette?.recoloured).toBe(true);
    expect(report.transform?.recoloured).toBe(true);
    expect(report.transformWords.zh).toContain('换色');
  });

  it('of the same cloth under warmer light is not called recoloured; of another colourway it is', async () => {
    const picture = await cloth;
    const warm = await sharp(picture).linear([1.08, 1, 0.85], [0, 0, 0]).png().toBuffer();
    const candidate = await side(picture, { repeat: null });
    const lit = await draw({ query: await side(warm), candidate, match: match() });
    expect(lit.report.palette?.recoloured).toBe(false);
    const other = await drawPattern(recolour(design, 9), { width: SIDE, height: SIDE, format: 'png' });
    const dyed = await draw({ query: await side(other), candidate, match: match() });
    expect(dyed.report.palette?.recoloured).toBe(true);
  });
});

describe('hostile input', () => {
  const blank = (width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 4, background } })
      .png()
      .toBuffer();

  it.each<[string, Promise<Buffer>]>([
    ['of one colour', blank(64, 64, '#888')],
    ['that is transparent', blank(64, 64, '#0000')],
    ['that is huge', blank(9_000, 9_000, '#482')],
    ['that is a thin strip', blank(9_000, 32, '#248')],
  ])('a picture %s is drawn like any other', async (_, odd) => {
    const query = await side(await odd, { features: { ...features(PLACES), width: 0, height: 0 } });
    const { report } = await draw({
      query,
      candidate: await side(await cloth, { repeat: null }),
      match: match(),
    });
    expect(Math.max(report.query.frame.width, report.query.frame.height)).toBe(FRAME);
  });

  it.each<[string, Partial<MatchToShow>]>([
    ['a placing that flattens', { placing: { ...SAME, d: 0 } }],
    ['a placing with a number that is none', { placing: { ...SAME, e: NaN } }],
    ['a placing far away', { placing: { ...SAME, e: 1e9 } }],
    ['a placing that blows up', { placing: { ...SAME, a: 1e6, d: 1e6 } }],
    ['a placing that shrinks to nothing', { placing: { ...SAME, a: 1e-2, d: 1e-2 } }],
    ['pairs of places that do not exist', { pairs: [{ query: 900, candidate: -1 }] }],
  ])('with %s still gives what can be drawn', async (_, change) => {
    const plain = await side(await cloth, { repeat: null });
    const evidence = await draw({ query: plain, candidate: plain, match: match(change) });
    expect(evidence.pictures.has('side-by-side.png')).toBe(true);
    for (const file of evidence.pictures.values()) expect(file.length).toBeLessThan(1_000_000);
  });
});
