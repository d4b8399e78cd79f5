import {
  createFingerprintPool,
  decodeFingerprint,
  EMBEDDING_DIMENSION,
  encodeFingerprint,
  MODEL_DIGEST,
} from '#libs/fingerprint';
import type { Fingerprint, StoredFingerprint } from '#libs/registry';
import { drawnPictures } from '../bench-pictures.js';
import { VectorSource } from '../bench-vectors.js';

/** Patterns whose local features the registries share out among their drawn vectors, and others for what is asked. */
const REGISTERED = 48;
const ASKED = 16;

type Parts = Pick<Fingerprint, 'features' | 'repeat'>;

/** Fingerprints of full size, by the thousand. */
export interface WholeFingerprints {
  /** For a registry. */
  registered(count: number, seed: number): Generator<StoredFingerprint>;
  /** For questions: their local features are of no pattern of the registry. */
  asked(count: number, seed: number): Generator<StoredFingerprint>;
}

/**
 * Fingerprints that take as long to verify as real ones: drawn vectors, each with the local features and repeat unit of one of 64 drawn
 * patterns that are fingerprinted here. No two stand for the same picture.
 * @throws Error if the model's file is missing
 */
export async function wholeFingerprints(): Promise<WholeFingerprints> {
  const pool = await createFingerprintPool();
  const parts: Parts[] = [];
  try {
    for (const picture of drawnPictures(REGISTERED + ASKED)) {
      const { fingerprint } = await pool.fingerprint(await picture.load());
      parts.push(decodeFingerprint(fingerprint.bytes));
    }
  } finally {
    await pool.close();
  }
  return {
    registered: (count, seed) => drawn(count, seed, parts.slice(0, REGISTERED)),
    asked: (count, seed) => drawn(count, seed, parts.slice(REGISTERED)),
  };
}

function* drawn(count: number, seed: number, parts: readonly Parts[]): Generator<StoredFingerprint> {
  const vectors = new VectorSource('clustered', EMBEDDING_DIMENSION, count, seed);
  for (let place = 0; place < count; place += 1) {
    const part = parts[place % parts.length];
    if (!part) throw new RangeError('a fingerprint needs features');
    const { features, repeat } = part;
    yield {
      modelDigest: MODEL_DIGEST,
      bytes: encodeFingerprint({ modelDigest: MODEL_DIGEST, embedding: vectors.next(), features, repeat }),
    };
  }
}
