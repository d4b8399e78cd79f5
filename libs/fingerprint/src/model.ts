import { createHash } from 'node:crypto';
import { FORMAT_VERSION } from './fingerprint-format.js';
import { INPUT_SIDE } from './decode-picture.js';

/** SHA-256 of libs/fingerprint/model/embedding.onnx. */
export const MODEL_FILE_SHA256 = 'a1fd6eb6232172afc1acb80d67a21c1daf1e0255fb853101e09d53cfbdaabe4f';

/** Everything before the model that changes what it sees; the model itself normalises, turns, pools and whitens. */
const PREPROCESSING = `upright, alpha on white, sRGB 8 bit, plain frame (2) and background cut off, to ${INPUT_SIDE} x ${INPUT_SIDE} by cubic kernel`;

/** What stands beside the model; another number for each change that makes other features, repeats or scores (libs/similarity/src/verification) of the same pictures. */
const BESIDE = 'local features 1, repeat 1, comparison 2';

/** "sha256:" and 64 hex digits over format version, preprocessing, model file and what is beside it: fingerprints of different digests are never compared. */
export const MODEL_DIGEST = `sha256:${createHash('sha256')
  .update(
    JSON.stringify({
      format: FORMAT_VERSION,
      preprocessing: PREPROCESSING,
      model: MODEL_FILE_SHA256,
      beside: BESIDE,
    }),
  )
  .digest('hex')}`;
