/**
 * What somebody can draw who receives a fingerprint and has this program and pictures of its own, and how like the picture it is:
 *
 *   node reconstruct.mjs PICTURES LIBRARY OUT [--features N] [--no-repeat]
 *
 * PICTURES and LIBRARY are folders of pictures; LIBRARY is what the receiver has. What the check would find to be a copy of a
 * picture is not used for it. --features keeps the N strongest features, --no-repeat leaves the repeat unit out. Writes to
 * OUT for each picture the original, the colours, the colours with patches, and the repeat unit laid out, side by side, and
 * figures.csv; prints means. docs/fingerprint-privacy.md tells what came of it.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import {
  createFingerprintPool,
  decodeFingerprint,
  DEFAULT_CALIBRATION,
  readPicture,
} from '#libs/fingerprint';
import { matchPair } from '#libs/similarity';
import { layOutColours } from './reconstruction/colour-layout.mjs';
import { keepOf } from './reconstruction/keep-of.mjs';
import { edgeLikeness, likeness, SIDES } from './reconstruction/likeness.mjs';
import { pastePatches } from './reconstruction/paste-patches.mjs';
import { patchLibrary } from './reconstruction/patch-library.mjs';
import { placesOf } from './reconstruction/places.mjs';
import { deviationOf, halvings, lumaOf } from './reconstruction/planes.mjs';
import { layOutRepeat } from './reconstruction/repeat-edges.mjs';

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { features: { type: 'string', default: '300' }, 'no-repeat': { type: 'boolean', default: false } },
});
const [picturesFolder, libraryFolder, out] = positionals;
const pool = await createFingerprintPool();
const pictures = await readFolder(picturesFolder);
const owned = await readFolder(libraryFolder);
const library = patchLibrary(owned);
mkdirSync(out, { recursive: true });
const rows = [];
for (const picture of pictures) rows.push(...(await examine(picture)));
await pool.close();
report(rows);

/** All that can be compared, with frame, luma and fingerprint as it travels. */
async function readFolder(folder) {
  const found = [];
  for (const file of readdirSync(folder).sort()) {
    const name = parse(file).name;
    const picture = readFileSync(join(folder, file));
    try {
      const [{ frame }, fingerprint] = await Promise.all([readPicture(picture), fingerprintOf(picture)]);
      const planes = halvings(lumaOf(frame));
      found.push({ name, frame, fingerprint, planes, contrast: deviationOf(planes[0].values) });
    } catch (error) {
      if (error.code !== 'UNFIT_PICTURE') throw error;
      console.error(`${file}: ${error.message}`);
    }
  }
  return found;
}

async function fingerprintOf(picture) {
  const { fingerprint } = await pool.fingerprint(picture);
  return decodeFingerprint(fingerprint.bytes);
}

/** Draws a picture from its fingerprint in each way, and measures how like it each drawing is. */
async function examine(picture) {
  const { frame, name } = picture;
  const sent = keepOf(picture.fingerprint, {
    features: Number(options.features),
    repeat: !options['no-repeat'],
  });
  const scores = new Map(owned.map((own) => [own, matchPair(sent, own.fingerprint).score]));
  const admits = (own) => scores.get(own) < DEFAULT_CALIBRATION.suspectedAt;
  const places = placesOf(sent);
  const layout = await layOutColours(places, frame);
  const pasted = pastePatches(layout, places, sent.features, library, admits);
  const edges = sent.repeat && layOutRepeat(sent.repeat, frame);
  const nearest = owned.filter(admits).sort((a, b) => scores.get(b) - scores.get(a))[0];
  const drawings = {
    'own nearest picture': nearest.frame,
    colours: { ...frame, pixels: Uint8Array.from(layout) },
    patches: { ...frame, pixels: Uint8Array.from(pasted) },
  };
  await writeSheet(join(out, `${name}.png`), [frame, drawings.colours, drawings.patches], edges);
  const measured = [];
  for (const [way, drawing] of Object.entries(drawings)) {
    const figures = { ...(await likeness(drawing, frame)), ...(await recognised(drawing, picture)) };
    measured.push({ name, way, ...figures });
  }
  if (edges) measured.push({ name, way: 'repeat', gradient: await edgeLikeness(edges, frame) });
  return measured;
}

/** How the check ranks the original among all pictures when the drawing is asked for. */
async function recognised({ width, height, pixels }, picture) {
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  try {
    const drawn = await fingerprintOf(png);
    const { score, evidence } = matchPair(drawn, picture.fingerprint);
    const better = [...pictures, ...owned].filter(
      (other) => other !== picture && matchPair(drawn, other.fingerprint).score >= score,
    );
    return { rank: better.length + 1, score, cosine: evidence.cosine, inliers: evidence.inliers };
  } catch (error) {
    if (error.code !== 'UNFIT_PICTURE') throw error;
    return { rank: Infinity, score: 0, cosine: 0, inliers: 0 };
  }
}

async function writeSheet(file, frames, edges) {
  const edgeFrame = edges && {
    ...edges,
    pixels: Uint8Array.from(
      { length: edges.values.length * 3 },
      (_, i) => 255 - edges.values[Math.floor(i / 3)],
    ),
  };
  const sheet = edgeFrame ? [...frames, edgeFrame] : frames;
  const { width, height } = frames[0];
  const parts = await Promise.all(
    sheet.map(async ({ pixels }, i) => ({
      input: await sharp(pixels, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer(),
      left: i * (width + 8),
      top: 0,
    })),
  );
  const size = { width: sheet.length * (width + 8) - 8, height };
  await sharp({ create: { ...size, channels: 3, background: '#fff' } })
    .composite(parts)
    .png()
    .toFile(file);
}

function report(measured) {
  const line = ({ name, way, luma = [], gradient, colour, rank, score, cosine, inliers }) =>
    [name, way, ...SIDES.map((_, i) => luma[i]), gradient, colour, rank, score, cosine, inliers].join(',');
  const head = [
    'name,way',
    ...SIDES.map((side) => `luma${side}`),
    'gradient,colour,rank,score,cosine,inliers',
  ];
  writeFileSync(join(out, 'figures.csv'), `${[head.join(','), ...measured.map(line)].join('\n')}\n`);
  for (const way of new Set(measured.map((row) => row.way))) {
    const own = measured.filter((row) => row.way === way);
    const mean = (value) => (own.reduce((sum, row) => sum + value(row), 0) / own.length).toFixed(2);
    const count = (test) => own.filter(test).length;
    console.log(`${way} (${own.length}): gradient ${mean((row) => row.gradient)}`);
    if (way === 'repeat') continue;
    console.log(`  luma ${SIDES.map((side, i) => `${side}: ${mean((row) => row.luma[i])}`).join(', ')}`);
    console.log(`  colour off by ${mean((row) => row.colour)}, cosine ${mean((row) => row.cosine)}`);
    console.log(
      `  original first for ${count(({ rank }) => rank === 1)}, score ${mean((row) => row.score)}, ` +
        `inliers ${mean((row) => row.inliers)}, DUPLICATE ${count(({ score }) => score >= DEFAULT_CALIBRATION.duplicateAt)}, ` +
        `at least SUSPECTED ${count(({ score }) => score >= DEFAULT_CALIBRATION.suspectedAt)}`,
    );
  }
}
