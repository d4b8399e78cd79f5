import { encodeFingerprint, EMBEDDING_DIMENSION, MODEL_DIGEST } from '#libs/fingerprint';
import { emptyFeatures, type StoredFingerprint } from '#libs/registry';
import { VectorSource } from '../bench-vectors.js';

const FRAME = 384;

/** Fingerprints of this program's version around drawn vectors in loose groups; they have no local features. */
export function* drawnFingerprints(count: number, seed: number): Generator<StoredFingerprint> {
  const source = new VectorSource('clustered', EMBEDDING_DIMENSION, count, seed);
  for (let drawn = 0; drawn < count; drawn += 1)
    yield {
      modelDigest: MODEL_DIGEST,
      bytes: encodeFingerprint({
        modelDigest: MODEL_DIGEST,
        embedding: source.next(),
        features: emptyFeatures(FRAME, FRAME),
        repeat: null,
      }),
    };
}
