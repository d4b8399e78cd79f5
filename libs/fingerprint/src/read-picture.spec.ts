import { describe, expect, it } from '@jest/globals';
import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import { composeDesign, drawPattern } from '#libs/pattern-drawing';
import { FRAME, RegistryError } from '#libs/registry';
import { INPUT_SIDE } from './decode-picture.js';
import { loadEmbedder, type Embedder } from './embed-picture.js';
import { MODEL_FILE_SHA256 } from './model.js';
import { modelPath } from './package-files.js';
import { readPicture } from './read-picture.js';

const SEEDS = [3, 8, 21];

function cloth(seed: number, width = 600, height = 480): Promise<Buffer> {
  return drawPattern(composeDesign(seed), { width, height, format: 'png' });
}

function svg(width: number, height: number, content: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`,
  );
}

/** A picture of one colour with others laid on it. */
function laidOn(colour: string, width: number, height: number, layers: readonly OverlayOptions[]): Sharp {
  return sharp({ create: { width, height, channels: 3, background: colour } }).composite([...layers]);
}

/** The picture with borders of these widths in pixels. */
function bordered(
  picture: Buffer,
  colour: string,
  widths: { top: number; bottom: number; left: number; right: number },
): Promise<Buffer> {
  return sharp(picture)
    .extend({ ...widths, background: colour })
    .png()
    .toBuffer();
}

const even = (width: number) => ({ top: width, bottom: width, left: width, right: width });

/** The area found, as shares of the picture: left, top, right and bottom edge. */
async function edgesOf(picture: Uint8Array): Promise<number[]> {
  const { area, frame } = await readPicture(picture);
  expect(Math.max(frame.width, frame.height)).toBe(FRAME);
  const { width, height } = await sharp(picture).metadata();
  const raster = Math.min(1, (2 * FRAME) / Math.max(width, height));
  const { left, top, width: across, height: down } = area.rectangle;
  return [
    left / (width * raster),
    top / (height * raster),
    (left + across) / (width * raster),
    (top + down) / (height * raster),
  ];
}

async function expectEdges(picture: Uint8Array, edges: readonly number[], within = 0.012): Promise<void> {
  const found = await edgesOf(picture);
  found.forEach((edge, i) => expect(Math.abs(edge - (edges[i] ?? 0))).toBeLessThanOrEqual(within));
}

const expectWhole = (picture: Uint8Array) => expectEdges(picture, [0, 0, 1, 1], 0.0001);

async function refusalOf(picture: Uint8Array): Promise<RegistryError> {
  try {
    await readPicture(picture);
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** What a picture's edges are after it got these borders. */
function edgesAfter(widths: { top: number; bottom: number; left: number; right: number }): number[] {
  const [across, down] = [600 + widths.left + widths.right, 480 + widths.top + widths.bottom];
  return [widths.left / across, widths.top / down, 1 - widths.right / across, 1 - widths.bottom / down];
}

describe('frames', () => {
  it.each<[string, string, { top: number; bottom: number; left: number; right: number }]>([
    ['a white border of 5%', '#ffffff', even(30)],
    ['a white border of 15%', '#ffffff', even(100)],
    ['a white border of 30%', '#fefdfb', even(360)],
    ['a black frame', '#000000', even(60)],
    ['a coloured frame', '#7a1f2b', even(45)],
    ['uneven borders', '#f4f1e8', { top: 20, bottom: 140, left: 60, right: 90 }],
    ['bars above and below', '#000000', { top: 110, bottom: 110, left: 0, right: 0 }],
    ['bars at the sides', '#ffffff', { top: 0, bottom: 0, left: 80, right: 120 }],
  ])('are cut off: %s', async (_name, colour, widths) => {
    for (const seed of SEEDS) {
      const picture = await bordered(await cloth(seed), colour, widths);
      await expectEdges(picture, edgesAfter(widths));
    }
  });

  it('are cut off one in another: a mat, a thin line, a mat of another width', async () => {
    for (const seed of SEEDS) {
      const inner = await bordered(await cloth(seed), '#fffdf4', even(30));
      const lined = await bordered(inner, '#202020', even(4));
      await expectEdges(await bordered(lined, '#ffffff', even(60)), edgesAfter(even(94)));
    }
  });

  it('are cut off where JPEG has made them uneven', async () => {
    for (const quality of [20, 50, 80]) {
      const picture = await sharp(await bordered(await cloth(5), '#ffffff', even(70)))
        .resize(400)
        .jpeg({ quality })
        .toBuffer();
      await expectEdges(picture, edgesAfter(even(70)), 0.02);
    }
  });

  it('are cut off where the pattern bleeds two pixels into bars here and there, as JPEG lets it', async () => {
    const bars = { top: 110, bottom: 110, left: 0, right: 0 };
    const drops = Array.from({ length: 12 }, (_, i) =>
      [108, 590].map((y) => `<rect x="${50 * i + 10}" y="${y}" width="4" height="2" fill="#707070"/>`),
    );
    for (const seed of SEEDS) {
      const picture = await sharp(await bordered(await cloth(seed), '#000000', bars))
        .composite([{ input: svg(600, 700, drops.flat().join('')) }])
        .png()
        .toBuffer();
      await expectEdges(picture, edgesAfter(bars));
    }
  });

  it('are cut off with the soft shadow that the pattern throws on them', async () => {
    const shadow = await sharp(svg(840, 720, '<rect x="128" y="128" width="600" height="480" fill="#555"/>'))
      .flatten({ background: '#ffffff' })
      .blur(8)
      .png()
      .toBuffer();
    const picture = await sharp(shadow)
      .composite([{ input: await cloth(8), left: 120, top: 120 }])
      .png()
      .toBuffer();
    await expectEdges(picture, edgesAfter(even(120)), 0.04);
  });

  it('make no difference to what is compared', async () => {
    const embedder: Embedder = await loadEmbedder(modelPath(), MODEL_FILE_SHA256);
    for (const seed of SEEDS) {
      const original = await cloth(seed);
      const [one, other] = await Promise.all(
        [original, await bordered(original, '#ffffff', even(120))].map(async (picture) =>
          embedder.embed((await readPicture(picture)).pixels),
        ),
      );
      const cosine = one?.reduce((sum, value, i) => sum + value * (other?.[i] ?? 0), 0);
      expect(cosine).toBeGreaterThan(0.97);
    }
  });
});

describe("a pattern's own ground", () => {
  it.each<[string, () => Buffer | Promise<Buffer>]>([
    [
      'dots on white',
      () =>
        tiled(64, '<rect width="64" height="64" fill="#fff"/><circle cx="32" cy="32" r="14" fill="#a33"/>'),
    ],
    [
      'squares on white',
      () =>
        tiled(
          64,
          '<rect width="64" height="64" fill="#fff"/><rect x="16" y="16" width="32" height="32" fill="#136"/>',
        ),
    ],
    [
      'stripes',
      () => tiled(60, '<rect width="60" height="60" fill="#fff"/><rect x="30" width="30" height="60"/>'),
    ],
    [
      'a stripe and its thin neighbour',
      () =>
        tiled(
          120,
          '<rect width="120" height="120" fill="#fff"/><rect x="50" width="30" height="120" fill="#283"/><rect x="90" width="4" height="120" fill="#c42"/>',
        ),
    ],
    [
      'a gingham check',
      () =>
        tiled(
          60,
          '<rect width="60" height="60" fill="#fff"/><rect width="30" height="60" fill="#26c" opacity=".5"/><rect width="60" height="30" fill="#26c" opacity=".5"/>',
        ),
    ],
    [
      'a windowpane check',
      () =>
        tiled(
          110,
          '<rect width="110" height="110" fill="#eee"/><rect x="50" width="5" height="110"/><rect y="50" width="110" height="5"/>',
        ),
    ],
    [
      'blocks of colour',
      () =>
        svg(
          480,
          480,
          '<rect width="240" height="480" fill="#a22"/><rect x="240" width="240" height="480" fill="#22a"/><rect y="240" x="240" width="240" height="240" fill="#dd2"/>',
        ),
    ],
    [
      'three bands',
      () =>
        svg(
          480,
          480,
          '<rect width="480" height="480" fill="#fff"/><rect y="160" width="480" height="160" fill="#a22"/>',
        ),
    ],
  ])('is not cut: %s', async (_name, draw) => {
    await expectWhole(
      await sharp(await draw())
        .flatten()
        .png()
        .toBuffer(),
    );
  });

  it('is not cut from drawn cloth', async () => {
    for (let seed = 100; seed < 116; seed++) await expectWhole(await cloth(seed, 256, 256));
  });

  it('is not cut between several motifs', async () => {
    const flower = '<circle r="40" fill="#b35"/><circle r="18" fill="#fd3"/>';
    const at = (x: number, y: number) => `<g transform="translate(${x} ${y})">${flower}</g>`;
    const picture = svg(
      600,
      600,
      `${at(120, 130)}${at(470, 150)}${at(300, 320)}${at(140, 480)}${at(460, 470)}`,
    );
    await expectWhole(await sharp(picture).flatten({ background: '#ffffff' }).png().toBuffer());
  });
});

function tiled(side: number, cell: string): Buffer {
  return svg(
    480,
    480,
    `<defs><pattern id="p" width="${side}" height="${side}" patternUnits="userSpaceOnUse">${cell}</pattern></defs>
    <rect width="480" height="480" fill="url(#p)"/>`,
  );
}

describe('what stands on a plain background', () => {
  const BIRD =
    'M150 420 C90 260 210 120 330 170 C420 120 520 210 470 330 C560 420 420 500 330 450 C260 520 190 500 150 420Z';

  it('is one motif, with its surroundings cut to its size', async () => {
    const picture = await sharp(
      svg(640, 640, `<path d="${BIRD}" fill="#b33"/><circle cx="320" cy="300" r="60" fill="#fc3"/>`),
    )
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 85 })
      .toBuffer();
    const [left = 0, top = 0, right = 0, bottom = 0] = await edgesOf(picture);
    expect([left, top]).toEqual([expect.closeTo(138 / 640, 1), expect.closeTo(160 / 640, 1)]);
    expect([right, bottom]).toEqual([expect.closeTo(505 / 640, 1), expect.closeTo(490 / 640, 1)]);
  });

  it('is a garment, photographed on an unevenly lit wall', async () => {
    const silhouette = svg(
      600,
      800,
      '<path d="M210 120 L260 100 Q300 140 340 100 L390 120 L500 260 L440 310 L400 270 L410 700 L190 700 L200 270 L160 310 L100 260Z"/>',
    );
    const garment = await sharp(await cloth(8, 600, 800))
      .composite([{ input: silhouette, blend: 'dest-in' }])
      .png()
      .toBuffer();
    const wall = svg(
      600,
      800,
      '<defs><linearGradient id="l" x2="1" y2="1"><stop stop-color="#c4c4c8"/><stop offset="1" stop-color="#a6a6ac"/></linearGradient></defs><rect width="600" height="800" fill="url(#l)"/>',
    );
    const picture = await sharp(wall)
      .flatten()
      .composite([{ input: garment }])
      .jpeg({ quality: 85 })
      .toBuffer();
    await expectEdges(picture, [100 / 600, 100 / 800, 500 / 600, 700 / 800], 0.02);
  });

  it('is what is opaque in a transparent picture', async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const margin = await sharp(await cloth(21))
      .ensureAlpha()
      .extend({ ...even(100), background: clear })
      .png()
      .toBuffer();
    await expectEdges(margin, edgesAfter(even(100)));
    const motif = await sharp(
      svg(640, 640, `<path d="${BIRD}" fill="#b33"/><circle cx="320" cy="300" r="60" fill="#fc3"/>`),
    )
      .png()
      .toBuffer();
    const flat = await sharp(motif).flatten({ background: '#ffffff' }).png().toBuffer();
    await expectEdges(motif, await edgesOf(flat), 0.01);
  });
});

describe('a difficult picture', () => {
  it('of 64 pixels is compared', async () => {
    const { frame, pixels } = await readPicture(await cloth(5, 64, 64));
    expect([frame.width, frame.height]).toEqual([FRAME, FRAME]);
    expect(pixels).toHaveLength(INPUT_SIDE * INPUT_SIDE * 3);
  });

  it('of uncommon proportions is compared', async () => {
    const { frame } = await readPicture(await cloth(5, 3000, 60));
    expect(frame).toMatchObject({ width: FRAME, height: 8 });
  });

  it('of 20,000 by 32 pixels is too thin a line to show structure', async () => {
    const wide = await sharp(await cloth(5, 4000, 32))
      .resize(20_000, 32, { fit: 'fill' })
      .png()
      .toBuffer();
    expect(await refusalOf(wide)).toMatchObject({ code: 'UNFIT_PICTURE' });
  });

  it('of a colour chart loses its margin and is compared as the check that it cannot be told from', async () => {
    const fields = Array.from(
      { length: 24 },
      (_, i) =>
        `<rect x="${50 + (i % 6) * 100}" y="${50 + Math.floor(i / 6) * 100}" width="90" height="90" fill="hsl(${i * 47} 60% ${30 + (i % 4) * 12}%)"/>`,
    );
    const chart = await sharp(svg(690, 490, fields.join('')))
      .flatten({ background: '#ffffff' })
      .png()
      .toBuffer();
    await expectEdges(chart, [50 / 690, 50 / 490, 640 / 690, 440 / 490]);
  });

  it('with lettering is compared whole', async () => {
    const lines = Array.from(
      { length: 20 },
      (_, i) =>
        `<text x="40" y="${60 + i * 26}" font-size="18">${'Registration of works, voluntary. '.repeat(2).slice(i % 5)}</text>`,
    );
    const page = await sharp(svg(600, 620, lines.join('')))
      .flatten({ background: '#ffffff' })
      .png()
      .toBuffer();
    await expectWhole(page);
  });

  it.each<[string, () => Promise<Buffer>, RegExp]>([
    [
      'its pattern covers 12% of it',
      async () =>
        laidOn('#ffffff', 1000, 1000, [{ input: await cloth(3, 348, 348), left: 330, top: 320 }])
          .png()
          .toBuffer(),
      /^the pattern covers 12% of the picture/,
    ],
    [
      'its pattern has 28 pixels a side',
      async () =>
        laidOn('#ffffff', 64, 64, [{ input: await cloth(3, 30, 30), left: 16, top: 17 }])
          .png()
          .toBuffer(),
      /^the pattern in it has 2\d x 2\d pixels/,
    ],
    [
      'there is an even colour in its frame',
      () =>
        laidOn('#ffffff', 500, 500, [
          { input: svg(400, 400, '<rect width="400" height="400" fill="#c8b090"/>') },
        ])
          .png()
          .toBuffer(),
      /^too little structure to compare: it varies by \d\.\d of 255 levels, 3 are needed/,
    ],
    [
      'it is all transparent',
      () =>
        sharp({ create: { width: 99, height: 99, channels: 4, background: '#00000000' } })
          .png()
          .toBuffer(),
      /^too little structure to compare/,
    ],
    [
      'it is light that falls off to its corners',
      () =>
        sharp(
          svg(
            500,
            500,
            '<defs><radialGradient id="g" r=".8"><stop stop-color="#ddd"/><stop offset="1" stop-color="#999"/></radialGradient></defs><rect width="500" height="500" fill="url(#g)"/>',
          ),
        )
          .png()
          .toBuffer(),
      /^too little structure to compare/,
    ],
    [
      'it is noise',
      () =>
        sharp({
          create: {
            width: 500,
            height: 500,
            channels: 3,
            background: '#888',
            noise: { type: 'gaussian', mean: 128, sigma: 10 },
          },
        })
          .png()
          .toBuffer(),
      /^too little structure to compare/,
    ],
    [
      'it is a sheet with a speck',
      () =>
        sharp(svg(500, 500, '<circle cx="300" cy="210" r="6"/>'))
          .flatten({ background: '#ffffff' })
          .png()
          .toBuffer(),
      /^the pattern covers less than 1% of the picture/,
    ],
  ])('is refused when %s', async (_name, draw, problem) => {
    const error = await refusalOf(await draw());
    expect(error).toMatchObject({ code: 'UNFIT_PICTURE', field: 'picture' });
    expect(error.problem).toMatch(problem);
    expect(error.remedy).not.toBe('');
  });
});
