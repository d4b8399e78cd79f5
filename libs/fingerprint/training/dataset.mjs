/** What the measuring commands read of a data set of `weft bench dataset`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFingerprint } from '#libs/fingerprint';

/** Rows of truth.csv: query, reference (empty if none), family, severity. */
export function truthOf(dataset) {
  const lines = readFileSync(join(dataset, 'truth.csv'), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => line.split(','));
}

/** Fingerprints by id; pictures that the product refuses are left out. */
export async function fingerprintsOf(pool, folder, files) {
  const found = new Map();
  const next = files.values();
  await Promise.all(
    Array.from({ length: pool.threads }, async () => {
      for (const file of next) {
        try {
          const { fingerprint } = await pool.fingerprint(readFileSync(join(folder, file)));
          found.set(file.replace('.jpg', ''), decodeFingerprint(fingerprint.bytes));
        } catch (error) {
          if (error.code !== 'UNFIT_PICTURE') throw error;
        }
      }
    }),
  );
  return found;
}

/** Of two fingerprints' embeddings. */
export function cosine(a, b) {
  return a.embedding.reduce((sum, value, i) => sum + value * b.embedding[i], 0);
}
