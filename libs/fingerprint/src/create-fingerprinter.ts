import { createHash } from 'node:crypto';
import { emptyFeatures, FRAME, type FingerprintedPicture, type Fingerprinter } from '#libs/registry';
import { decodePicture, INPUT_SIDE } from './decode-picture.js';
import { loadEmbedder } from './embed-picture.js';
import { encodeFingerprint } from './fingerprint-format.js';
import { MODEL_DIGEST, MODEL_FILE_SHA256 } from './model.js';
import { modelPath } from './package-files.js';
import { assertStructure } from './picture-structure.js';

/**
 * A fingerprinter in this process, for one picture at a time.
 * @throws Error if the model's file is missing or is another than this version's
 */
export async function createFingerprinter(): Promise<Fingerprinter> {
  const embedder = await loadEmbedder(modelPath(), MODEL_FILE_SHA256);
  return {
    modelDigest: MODEL_DIGEST,
    async fingerprint(picture: Uint8Array): Promise<FingerprintedPicture> {
      const { mediaType, width, height, pixels } = await decodePicture(picture);
      assertStructure(pixels, INPUT_SIDE);
      const embedding = await embedder.embed(pixels);
      const parts = { embedding, features: emptyFeatures(FRAME, FRAME), repeat: null };
      return {
        pattern: {
          pictureDigest: `sha256:${createHash('sha256').update(picture).digest('hex')}`,
          mediaType,
          width,
          height,
        },
        fingerprint: {
          modelDigest: MODEL_DIGEST,
          bytes: encodeFingerprint({ modelDigest: MODEL_DIGEST, ...parts }),
        },
      };
    },
  };
}
