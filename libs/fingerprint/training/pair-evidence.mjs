/**
 * Writes what the comparison of fingerprints finds in a data set, pair by pair: node pair-evidence.mjs DATASET OUT.csv [CANDIDATES]
 *
 * DATASET is one of `weft bench dataset`. For each query its CANDIDATES (30) nearest references and its own original: a row of
 * query, reference, right (1 or 0), and the evidence that the score is made of. fit_likelihood.py reads it.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFingerprintPool } from '#libs/fingerprint';
import { matchPair } from '#libs/similarity';
import { cosine, fingerprintsOf, truthOf } from './dataset.mjs';

const [dataset, out, candidates = '30'] = process.argv.slice(2);
const pool = await createFingerprintPool();
const [references, queries] = [await all('references'), await all('queries')];
await pool.close();

const rows = ['query,reference,family,right,cosine,inliers,agreement,agreements,density,features,cells'];
for (const [query, reference, family] of truthOf(dataset)) {
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

function all(part) {
  const folder = join(dataset, part);
  return fingerprintsOf(pool, folder, readdirSync(folder).sort());
}
