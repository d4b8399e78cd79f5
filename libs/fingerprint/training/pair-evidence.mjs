/**
 * Writes what the comparison of fingerprints finds in a data set, pair by pair: node pair-evidence.mjs DATASET OUT.csv [CANDIDATES]
 *
 * DATASET is one of `weft bench dataset`. For each query its CANDIDATES (30) nearest references and its own original: a row of
 * query, reference, right (1 or 0), and the evidence that the score is made of. fit_likelihood.py reads it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFingerprintPool, decodeFingerprint } from '#libs/fingerprint';
import { matchPair } from '#libs/similarity';

const [dataset, out, candidates = '30'] = process.argv.slice(2);
const pool = await createFingerprintPool();
const references = await fingerprints('references');
const queries = await fingerprints('queries');
await pool.close();

const truth = readFileSync(join(dataset, 'truth.csv'), 'utf8').trim().split('\n').slice(1);
const rows = ['query,reference,family,right,cosine,inliers,agreement,agreements,density,features,cells'];
for (const [query, reference, family] of truth.map((line) => line.split(','))) {
  const own = queries.get(query);
  if (own === undefined) continue;
  const ranked = [...references]
    .sort(([, a], [, b]) => cosine(own, b) - cosine(own, a))
    .slice(0, Number(candidates));
  const original = references.get(reference);
  const others = ranked.filter(([id]) => id !== reference);
  for (const [id, candidate] of original ? [[reference, original], ...others] : others) {
    const { evidence } = matchPair(own, candidate);
    const { inliers, agreement, agreements, density, features, cells } = evidence;
    const right = id === reference ? 1 : 0;
    rows.push(
      [
        query,
        id,
        family,
        right,
        evidence.cosine,
        inliers,
        agreement,
        agreements,
        density,
        features,
        cells,
      ].join(','),
    );
  }
}
writeFileSync(out, `${rows.join('\n')}\n`);

/** By id; pictures that the product refuses are left out. */
async function fingerprints(folder) {
  const found = new Map();
  const files = readdirSync(join(dataset, folder)).sort();
  const next = files.values();
  await Promise.all(
    Array.from({ length: pool.threads }, async () => {
      for (const file of next) {
        try {
          const { fingerprint } = await pool.fingerprint(readFileSync(join(dataset, folder, file)));
          found.set(file.replace('.jpg', ''), decodeFingerprint(fingerprint.bytes));
        } catch (error) {
          if (error.code !== 'UNFIT_PICTURE') throw error;
        }
      }
    }),
  );
  return found;
}

function cosine(a, b) {
  return a.embedding.reduce((sum, value, i) => sum + value * b.embedding[i], 0);
}
