/**
 * What a province's own questions lose when it sends less of a fingerprint: node reduced-query.mjs DATASET [QUERIES]
 *
 * DATASET is one of `weft bench dataset`. QUERIES (100) evenly chosen queries that have an original are asked with whole and
 * with reduced fingerprints against all references, whose fingerprints stay whole, as a member does it: the nearest by
 * embedding, verified.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFingerprintPool, DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { matchPair } from '#libs/similarity';
import { cosine, fingerprintsOf, truthOf } from './dataset.mjs';
import { keepOf } from './reconstruction/keep-of.mjs';

/** Candidates that are verified. */
const VERIFIED = 30;
const WAYS = [
  { features: 300, repeat: true },
  { features: 300, repeat: false },
  { features: 150, repeat: false },
  { features: 75, repeat: false },
  { features: 0, repeat: true },
  { features: 0, repeat: false },
];

const [dataset, most = '100'] = process.argv.slice(2);
const truth = truthOf(dataset).filter(([, reference]) => reference !== '');
const asked = truth.filter(
  (_, i) => Math.floor((i * most) / truth.length) !== Math.floor(((i - 1) * most) / truth.length),
);
const pool = await createFingerprintPool();
const folder = join(dataset, 'references');
const references = await fingerprintsOf(pool, folder, readdirSync(folder).sort());
const queries = await fingerprintsOf(
  pool,
  join(dataset, 'queries'),
  asked.map(([query]) => `${query}.jpg`),
);
await pool.close();

const answerable = asked.filter(([query]) => queries.has(query));
const repeating = answerable.filter(([query]) => queries.get(query).repeat !== null).length;
console.log(
  `${answerable.length} queries, ${repeating} of them with a repeat unit; ${references.size} references`,
);
for (const way of WAYS) {
  const found = answerable.map(([query, reference]) => ask(keepOf(queries.get(query), way), reference));
  const first = found.filter((one) => one.first).length;
  const duplicate = found.filter(({ score }) => score >= DEFAULT_CALIBRATION.duplicateAt).length;
  const suspected = found.filter(({ score }) => score >= DEFAULT_CALIBRATION.suspectedAt).length;
  const wrong = found.filter(({ other }) => other >= DEFAULT_CALIBRATION.suspectedAt).length;
  console.log(
    `${way.features} features, ${way.repeat ? 'with' : 'without'} repeat unit: original first ${first}, ` +
      `DUPLICATE ${duplicate}, at least SUSPECTED ${suspected}; another at least SUSPECTED ${wrong}`,
  );
}

/** Whether the original comes first, its score, and the best score of another. */
function ask(query, reference) {
  const nearest = [...references]
    .map(([id, candidate]) => ({ id, candidate, near: cosine(query, candidate) }))
    .sort((a, b) => b.near - a.near)
    .slice(0, VERIFIED)
    .map(({ id, candidate }) => ({ id, score: matchPair(query, candidate).score }))
    .sort((a, b) => b.score - a.score);
  return {
    first: nearest[0]?.id === reference,
    score: nearest.find(({ id }) => id === reference)?.score ?? 0,
    other: nearest.find(({ id }) => id !== reference)?.score ?? 0,
  };
}
