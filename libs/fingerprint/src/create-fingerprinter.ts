import { createHash } from 'node:crypto';
import { type FingerprintedPicture, type Fingerprinter } from '#libs/registry';
import { loadEmbedder, type Embedder } from './embed-picture.js';
import { findLocalFeatures } from './features/local-features.js';
import { encodeFingerprint } from './fingerprint-format.js';
import { greyOf } from './grey.js';
import { MODEL_DIGEST, MODEL_FILE_SHA256 } from './model.js';
import { modelPath } from './package-files.js';
import { readPicture } from './read-picture.js';
import { findRepeat } from './repeat/find-repeat.js';

/** Who wants to know how long the model takes. */
export interface EmbeddingTimer {
  /** Milliseconds from any fixed point. */
  now(): number;
  /** Told once for each picture, with the milliseconds that the embedding alone took. */
  embedded(milliseconds: number): void;
}

/**
 * A fingerprinter in this process, for one picture at a time.
 * @param timer told of every embedding, if given
 * @throws Error if the model's file is missing or is another than this version's
 */
export async function createFingerprinter(timer?: EmbeddingTimer): Promise<Fingerprinter> {
  const loaded = await loadEmbedder(modelPath(), MODEL_FILE_SHA256);
  const embedder = timer ? timed(loaded, timer) : loaded;
  return {
    modelDigest: MODEL_DIGEST,
    async fingerprint(picture: Uint8Array): Promise<FingerprintedPicture> {
      const { mediaType, width, height, frame, pixels } = await readPicture(picture);
      const grey = greyOf(frame);
      const fingerprint = {
        modelDigest: MODEL_DIGEST,
        embedding: await embedder.embed(pixels),
        features: findLocalFeatures(frame, grey),
        repeat: findRepeat(grey.values, grey.width, grey.height),
      };
      return {
        pattern: {
          pictureDigest: `sha256:${createHash('sha256').update(picture).digest('hex')}`,
          mediaType,
          width,
          height,
        },
        fingerprint: { modelDigest: MODEL_DIGEST, bytes: encodeFingerprint(fingerprint) },
      };
    },
  };
}

function timed(embedder: Embedder, timer: EmbeddingTimer): Embedder {
  return {
    async embed(pixels) {
      const begun = timer.now();
      const embedding = await embedder.embed(pixels);
      timer.embedded(timer.now() - begun);
      return embedding;
    },
  };
}
