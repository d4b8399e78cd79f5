/**
 * What the built fingerprint finds, and how often it is wrong:
 *
 *   node measure.mjs recall FOLDER [QUERIES]     copies of pictures against the whole folder
 *   node measure.mjs thresholds FOLDER...        nearest pictures of other groups
 *
 * FOLDER has patterns/ and a manifest.csv with columns path, group and use.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { createFingerprintPool, decodeFingerprint, DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { seededRandom } from '#libs/pattern-drawing';

const CALIBRATION_QUERIES = 1000;
const CALIBRATION_GALLERY = 2000;

const FAMILIES = {
  mirrored: (picture) => picture.flop().jpeg({ quality: 90 }),
  'JPEG 50': (picture) => picture.jpeg({ quality: 50 }),
  'JPEG 20': (picture) => picture.jpeg({ quality: 20 }),
  'half size': (picture, { width }) => picture.resize(Math.round(width / 2)).jpeg({ quality: 85 }),
  '60% of the area': cutOut,
  'turned by 90 degrees': (picture) => picture.rotate(90).jpeg({ quality: 90 }),
  'hue turned by 120 degrees': (picture) => picture.modulate({ hue: 120 }).jpeg({ quality: 90 }),
};

function cutOut(picture, { width, height }, random) {
  const part = { width: Math.round(width * Math.sqrt(0.6)), height: Math.round(height * Math.sqrt(0.6)) };
  const left = Math.floor(random.next() * (width - part.width + 1));
  const top = Math.floor(random.next() * (height - part.height + 1));
  return picture.extract({ left, top, ...part }).jpeg({ quality: 90 });
}

async function readManifest(folder) {
  const rows = parse(await readFile(join(folder, 'manifest.csv')), { columns: true, bom: true });
  return rows.map((row) => ({
    ...row,
    file: join(folder, 'patterns', row.path),
    source: row.path.split('/')[0],
  }));
}

/** Embeddings of `items` in their order; null for what is refused. */
async function embedAll(pool, items, read) {
  const embeddings = new Array(items.length);
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < items.length; i = next++) {
      const picture = await read(items[i]);
      embeddings[i] = await pool.fingerprint(picture).then(
        ({ fingerprint }) => decodeFingerprint(fingerprint.bytes).embedding,
        (error) => {
          console.error(`${items[i].path}: ${error.message}`);
          return null;
        },
      );
    }
  };
  await Promise.all(Array.from({ length: pool.threads * 2 }, lane));
  return embeddings;
}

function cosine(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)}%`;

async function recall(pool, folder, count) {
  const rows = await readManifest(folder);
  const gallery = await embedAll(pool, rows, ({ file }) => readFile(file));
  const queries = seededRandom(1)
    .shuffle(rows.flatMap((row, i) => (row.use === 'evaluate' ? [{ ...row, i }] : [])))
    .slice(0, count);
  console.log(`${queries.length} queries against ${gallery.length} pictures`);
  const bySource = new Map();
  for (const [family, change] of Object.entries(FAMILIES)) {
    const random = seededRandom(2);
    const copies = await embedAll(pool, queries, async ({ file }) => {
      const picture = await readFile(file);
      return change(sharp(picture), await sharp(picture).metadata(), random).toBuffer();
    });
    const found = queries.map((query, q) => {
      const copy = copies[q];
      if (!copy) return { hit: false, own: -1 };
      let best = { score: -2 };
      gallery.forEach((embedding, i) => {
        const score = embedding ? cosine(copy, embedding) : -2;
        if (score > best.score) best = { score, group: rows[i].group };
      });
      return { hit: best.group === query.group, own: gallery[query.i] ? cosine(copy, gallery[query.i]) : -1 };
    });
    const own = found.map((one) => one.own);
    const reach = (threshold) => percent(own.filter((score) => score >= threshold).length, own.length);
    console.log(
      `${family}: recall@1 ${percent(found.filter(({ hit }) => hit).length, found.length)}; score of the original: ` +
        `median ${quantile(own, 0.5).toFixed(3)}, lowest tenth ${quantile(own, 0.1).toFixed(3)}; ` +
        `DUPLICATE ${reach(DEFAULT_CALIBRATION.duplicateAt)}, at least SUSPECTED ${reach(DEFAULT_CALIBRATION.suspectedAt)}`,
    );
    if (change === cutOut) {
      found.forEach(({ hit }, q) => {
        const tally = bySource.get(queries[q].source) ?? { hits: 0, all: 0 };
        bySource.set(queries[q].source, { hits: tally.hits + (hit ? 1 : 0), all: tally.all + 1 });
      });
    }
  }
  console.log('60% of the area, by source:');
  for (const [source, { hits, all }] of bySource) console.log(`  ${source}: ${percent(hits, all)} of ${all}`);
}

async function thresholds(pool, folders) {
  const rows = (await Promise.all(folders.map(readManifest))).flat();
  const chosen = seededRandom(3).shuffle(rows).slice(0, CALIBRATION_GALLERY);
  const gallery = await embedAll(pool, chosen, ({ file }) => readFile(file));
  const nearest = [];
  for (let q = 0; q < Math.min(CALIBRATION_QUERIES, chosen.length); q++) {
    let best = { score: -2 };
    gallery.forEach((embedding, i) => {
      if (!embedding || !gallery[q] || chosen[i].group === chosen[q].group) return;
      const score = cosine(gallery[q], embedding);
      if (score > best.score) best = { score, path: chosen[i].path };
    });
    nearest.push({ ...best, query: chosen[q].path });
  }
  const scores = nearest.map(({ score }) => score);
  console.log(
    `${scores.length} queries against ${chosen.length} pictures; nearest picture of another group:`,
  );
  for (const share of [0.5, 0.9, 0.99, 0.999])
    console.log(`  ${share}: ${quantile(scores, share).toFixed(4)}`);
  for (const name of ['duplicateAt', 'suspectedAt']) {
    const wrong = scores.filter((score) => score >= DEFAULT_CALIBRATION[name]).length;
    console.log(`  at least ${name} (${DEFAULT_CALIBRATION[name]}): ${wrong} of ${scores.length}`);
  }
  nearest.sort((a, b) => b.score - a.score);
  for (const { score, query, path } of nearest.slice(0, 20))
    console.log(`    ${score.toFixed(4)} ${query} ${path}`);
}

const [mode, ...args] = process.argv.slice(2);
const pool = await createFingerprintPool({ threads: availableParallelism() });
if (mode === 'recall') await recall(pool, args[0], Number(args[1] ?? 1000));
else if (mode === 'thresholds') await thresholds(pool, args);
else console.error('give "recall FOLDER [QUERIES]" or "thresholds FOLDER..."');
await pool.close();
