import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { INPUT_SIDE } from './decode-picture.js';
import { EMBEDDING_DIMENSION } from './fingerprint-format.js';

const THREADS = 2;

/** The model, loaded. */
export interface Embedder {
  /**
   * @param pixels INPUT_SIDE rows of INPUT_SIDE pixels, sRGB, three bytes each
   * @returns EMBEDDING_DIMENSION values of length 1; the same bytes give the same values on one kind of processor
   */
  embed(pixels: Uint8Array): Promise<Float32Array>;
}

/**
 * Loads the model into a session of up to two threads, which sleep while they have nothing to do: one picture takes two thirds of the
 * time of one thread, and as many pictures a second go through as many sessions as before. The values are the same.
 * @param sha256 the model file's digest, 64 hex digits
 * @throws Error if the file cannot be read, is another, or has another form
 */
export async function loadEmbedder(path: string, sha256: string): Promise<Embedder> {
  const session = await InferenceSession.create(await readModel(path, sha256), {
    executionProviders: ['cpu'],
    intraOpNumThreads: Math.min(THREADS, availableParallelism()),
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  return { embed: (pixels) => run(session, pixels) };
}

/**
 * The model file's bytes.
 * @param sha256 their digest, 64 hex digits
 * @throws Error if the file cannot be read or is another
 */
export async function readModel(path: string, sha256: string): Promise<Uint8Array> {
  const model = await readFile(path);
  const actual = createHash('sha256').update(model).digest('hex');
  if (actual !== sha256) {
    throw new Error(
      `${path}: the model's SHA-256 is ${actual}, this program is made for ${sha256}; restore the file from the repository`,
    );
  }
  return model;
}

async function run(session: InferenceSession, pixels: Uint8Array): Promise<Float32Array> {
  const input = new Tensor('uint8', pixels, [1, INPUT_SIDE, INPUT_SIDE, 3]);
  const { embedding } = await session.run({ pixels: input });
  if (!(embedding?.data instanceof Float32Array) || embedding.data.length !== EMBEDDING_DIMENSION) {
    throw new Error(`the model does not give ${EMBEDDING_DIMENSION} floats under the name "embedding"`);
  }
  return embedding.data;
}
