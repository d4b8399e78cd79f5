/**
 * What the built fingerprint finds, and how often it is wrong:
 *
 *   node measure.mjs thresholds FOLDER...        nearest pictures of other groups
 *   node measure.mjs recall FOLDER [QUERIES]     the same, and copies of pictures, against the whole folder
 *
 * FOLDER has patterns/ and a manifest.csv with columns path, group and use.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { createFingerprintPool, decodeEmbedding, DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { seededRandom } from '#libs/pattern-drawing';

const CALIBRATION_QUERIES = 1000;
const CALIBRATION_GALLERY = 2000;

/** Families that show more than they prove are measured on fewer queries. */
const FEWER_QUERIES = 300;

const FAMILIES = {
  '60% of the area': cutOut,
  mirrored: (picture) => picture.flop().jpeg({ quality: 90 }),
  'JPEG 20': (picture) => picture.jpeg({ quality: 20 }),
  'half size': (picture, { width }) => picture.resize(Math.round(width / 2)).jpeg({ quality: 85 }),
};

const FURTHER_FAMILIES = {
  'JPEG 50': (picture) => picture.jpeg({ quality: 50 }),
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
        ({ fingerprint }) => decodeEmbedding(fingerprint.bytes).embedding,
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
  const nearest = nearestOfOthers(
    queries,
    queries.map(({ i }) => gallery[i]),
    rows,
    gallery,
  );
  reportFalsePositives(nearest);
  for (const [family, change] of Object.entries(FAMILIES)) await measureFamily(family, change, queries);
  for (const [family, change] of Object.entries(FURTHER_FAMILIES)) {
    await measureFamily(family, change, queries.slice(0, FEWER_QUERIES));
  }

  async function measureFamily(family, change, originals) {
    const random = seededRandom(2);
    const copies = await embedAll(pool, originals, async ({ file }) => {
      const picture = await readFile(file);
      return change(sharp(picture), await sharp(picture).metadata(), random).toBuffer();
    });
    const found = originals.map(({ group, source, i }, q) => {
      const best = nearestOf(copies[q], gallery, () => true);
      return { source, hit: rows[best.index]?.group === group, own: cosine(copies[q], gallery[i]) };
    });
    const own = found.map((one) => one.own);
    const reach = (threshold) => percent(own.filter((score) => score >= threshold).length, own.length);
    console.log(
      `${family} (${found.length}): recall@1 ${percent(found.filter(({ hit }) => hit).length, found.length)}; ` +
        `score of the original: median ${quantile(own, 0.5).toFixed(3)}, lowest tenth ${quantile(own, 0.1).toFixed(3)}; ` +
        `DUPLICATE ${reach(DEFAULT_CALIBRATION.duplicateAt)}, at least SUSPECTED ${reach(DEFAULT_CALIBRATION.suspectedAt)}`,
    );
    if (change === cutOut) reportBySource(found);
  }
}

function reportBySource(found) {
  for (const source of new Set(found.map((one) => one.source))) {
    const own = found.filter((one) => one.source === source);
    console.log(`  ${source}: ${percent(own.filter(({ hit }) => hit).length, own.length)} of ${own.length}`);
  }
}

/** The best of `gallery` whose index `admits`; index -1 if there is none. A refused picture matches nothing. */
function nearestOf(query, gallery, admits) {
  let best = { score: -2, index: -1 };
  gallery.forEach((embedding, index) => {
    if (!query || !embedding || !admits(index)) return;
    const score = cosine(query, embedding);
    if (score > best.score) best = { score, index };
  });
  return best;
}

/** For each query its nearest picture of another group. */
function nearestOfOthers(queries, embeddings, rows, gallery) {
  return queries.map(({ path, group }, q) => {
    const { score, index } = nearestOf(embeddings[q], gallery, (i) => rows[i].group !== group);
    return { score, query: path, path: rows[index]?.path };
  });
}

async function thresholds(pool, folders) {
  const rows = (await Promise.all(folders.map(readManifest))).flat();
  const chosen = seededRandom(3).shuffle(rows).slice(0, CALIBRATION_GALLERY);
  const gallery = await embedAll(pool, chosen, ({ file }) => readFile(file));
  reportFalsePositives(nearestOfOthers(chosen.slice(0, CALIBRATION_QUERIES), gallery, chosen, gallery));
}

function reportFalsePositives(nearest) {
  const scores = nearest.map(({ score }) => score);
  console.log(`nearest picture of another group, ${scores.length} queries:`);
  for (const share of [0.5, 0.9, 0.99, 0.999])
    console.log(`  ${share}: ${quantile(scores, share).toFixed(4)}`);
  for (const name of ['duplicateAt', 'suspectedAt']) {
    const wrong = scores.filter((score) => score >= DEFAULT_CALIBRATION[name]).length;
    console.log(`  at least ${name} (${DEFAULT_CALIBRATION[name]}): ${wrong}`);
  }
  nearest.sort((a, b) => b.score - a.score);
  for (const { score, query, path } of nearest.slice(0, 40))
    console.log(`    ${score.toFixed(4)} ${query} ${path}`);
}

const [mode, ...args] = process.argv.slice(2);
const pool = await createFingerprintPool({ threads: availableParallelism() });
if (mode === 'recall') await recall(pool, args[0], Number(args[1] ?? 1000));
else if (mode === 'thresholds') await thresholds(pool, args);
else console.error('give "recall FOLDER [QUERIES]" or "thresholds FOLDER..."');
await pool.close();
