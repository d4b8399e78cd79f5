import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFingerprintPool, decodeEmbedding, EMBEDDING_DIMENSION, MODEL_DIGEST } from '#libs/fingerprint';
import { RegistryError } from '#libs/registry';
import PQueue from 'p-queue';
import { drawnPictures } from './bench-pictures.js';

/** Drawn pictures that are fingerprinted; a minute or two. */
const PICTURES = 2_000;
const TELL_EVERY = 200;

/**
 * Embeddings of drawn patterns by this program's model, kept in a folder: made by the first call, read by the others.
 * @returns at most 2,000; pictures that are unfit for comparison are left out
 */
export async function realVectors(folder: string, say: (line: string) => void): Promise<Float32Array[]> {
  const file = join(folder, `drawn-${MODEL_DIGEST.slice(7, 23)}.f32`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept) return split(new Float32Array(new Uint8Array(kept).buffer));
  const made = await fingerprinted(say);
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.unfinished`, Buffer.concat(made.map((vector) => Buffer.from(vector.buffer))));
  await rename(`${file}.unfinished`, file);
  return made;
}

async function fingerprinted(say: (line: string) => void): Promise<Float32Array[]> {
  const pool = await createFingerprintPool();
  const vectors: Float32Array[] = [];
  try {
    const queue = new PQueue({ concurrency: pool.threads });
    for (const picture of drawnPictures(PICTURES))
      void queue.add(async () => {
        const vector = await embeddingOf(await picture.load());
        if (vector) vectors.push(vector);
        if (vectors.length % TELL_EVERY === 0)
          say(`${vectors.length} of ${PICTURES} drawn patterns fingerprinted`);
      });
    await queue.onIdle();
  } finally {
    await pool.close();
  }
  return vectors;

  async function embeddingOf(picture: Uint8Array): Promise<Float32Array | undefined> {
    try {
      const { fingerprint } = await pool.fingerprint(picture);
      return decodeEmbedding(fingerprint.bytes).embedding;
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'UNFIT_PICTURE') return undefined;
      throw error;
    }
  }
}

function split(all: Float32Array): Float32Array[] {
  const count = Math.floor(all.length / EMBEDDING_DIMENSION);
  return Array.from({ length: count }, (_, at) =>
    all.subarray(at * EMBEDDING_DIMENSION, (at + 1) * EMBEDDING_DIMENSION),
  );
}
