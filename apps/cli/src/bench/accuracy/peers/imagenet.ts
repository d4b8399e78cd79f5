import { accessSync, constants } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { z } from 'zod';
import { explainFileError } from '../../../home/files.js';
import { Problem } from '../../../problem.js';
import { readPicture } from '../dataset-files.js';
import { type Ranked } from '../measures.js';
import { Progress } from '../progress.js';
import { rankAll, type Peer } from './peer.js';

const CHANNELS = 3;
const inputSchema = z.tuple([
  z.object({ name: z.string(), shape: z.tuple([z.literal(1), z.number(), z.number(), z.literal(CHANNELS)]) }),
]);

/**
 * An embedding that has never seen a pattern, by plain cosine, the query in its best of eight orientations. The model takes
 * [1, S, S, 3] sRGB bytes and gives one vector; libs/fingerprint/training/export_imagenet.py writes one.
 */
export const imagenetPeer: Peer = async ({ files: { references, queries }, imagenetModel, depth, say }) => {
  const model = await openModel(mustHaveModel(imagenetModel));
  try {
    const progress = new Progress('imagenet', references.size + queries.size, say);
    const known = new Map<string, Float32Array>();
    for (const [id, path] of references) {
      known.set(id, await model.embed(await squareOf(path, model.side)));
      progress.advance();
    }
    const answers: Ranked[] = [];
    for (const [id, path] of queries) {
      const views = await Promise.all(
        eightViews(await squareOf(path, model.side), model.side).map((view) => model.embed(view)),
      );
      const score = (reference: Float32Array) => Math.max(...views.map((view) => cosine(view, reference)));
      answers.push(...rankAll(id, known, score, depth));
      progress.advance();
    }
    return answers;
  } finally {
    await model.close();
  }
};

/** @returns its path @throws Problem if none is given, or it cannot be read */
export function mustHaveModel(path: string | undefined): string {
  if (path === undefined)
    throw new Problem('--imagenet-model', 'is missing', 'name the ONNX file of the plain ImageNet embedding');
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch (error) {
    throw explainFileError(error, path);
  }
}

async function openModel(path: string) {
  const session = await InferenceSession.create(readPicture(path), {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  }).catch((error: unknown) => {
    throw error instanceof Problem ? error : explainFileError(error, path);
  });
  const [input] = inputSchema.safeParse(session.inputMetadata).data ?? [];
  const [output] = session.outputNames;
  if (!input || input.shape[1] !== input.shape[2] || output === undefined)
    throw new Problem(path, 'does not take [1, S, S, 3] pixels', 'write it by export_imagenet.py');
  const side = input.shape[1];
  return {
    side,
    async embed(pixels: Uint8Array): Promise<Float32Array> {
      const made = (await session.run({ [input.name]: new Tensor('uint8', pixels, input.shape) }))[output];
      if (!(made?.data instanceof Float32Array))
        throw new Problem(path, 'gives no floats', 'write it by export_imagenet.py');
      return unit(made.data);
    },
    close: () => session.release(),
  };
}

/** The whole picture as a square of sRGB bytes, as the product's own model sees it. */
function squareOf(path: string, side: number): Promise<Uint8Array> {
  return sharp(readPicture(path))
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize(side, side, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
}

function eightViews(pixels: Uint8Array, side: number): Uint8Array[] {
  const last = side - 1;
  return [false, true].flatMap((transposed) =>
    [false, true].flatMap((down) =>
      [false, true].map((across) => {
        const view = new Uint8Array(pixels.length);
        for (let y = 0; y < side; y++)
          for (let x = 0; x < side; x++) {
            const [row, column] = [down ? last - y : y, across ? last - x : x];
            const from = (transposed ? column * side + row : row * side + column) * CHANNELS;
            const to = (y * side + x) * CHANNELS;
            for (let channel = 0; channel < CHANNELS; channel++)
              view[to + channel] = pixels[from + channel] ?? 0;
          }
        return view;
      }),
    ),
  );
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / (length || 1));
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
