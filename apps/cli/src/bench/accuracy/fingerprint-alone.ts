import sharp from 'sharp';
import { createFingerprinter } from '#libs/fingerprint';
import { RegistryError } from '#libs/registry';
import { readPicture } from './dataset-files.js';
import { spread, type Spread } from './spread.js';

const PICTURES = 150;
const WARM_UP = 20;

/** One picture after the other in one thread, nothing else of this process running. */
export interface AloneTimes {
  readonly pictures: number;
  /** From the file's bytes to the fingerprint. */
  readonly fingerprint: Spread;
  /** Of it the model's part. */
  readonly embedding: Spread;
}

/** Times the first PICTURES of these that are not too flat to compare; the first WARM_UP run unmeasured before. */
export async function timeFingerprintsAlone(paths: readonly string[]): Promise<AloneTimes> {
  const times = { fingerprint: [] as number[], embedding: [] as number[] };
  const now = () => performance.now();
  const timer = { now, embedded: (milliseconds: number) => void times.embedding.push(milliseconds) };
  const fingerprinter = await createFingerprinter(timer);
  const before = sharp.concurrency();
  sharp.concurrency(1);
  try {
    for (const [turn, path] of [...paths.slice(0, WARM_UP), ...paths.slice(0, PICTURES)].entries()) {
      if (turn === Math.min(WARM_UP, paths.length)) times.fingerprint.length = times.embedding.length = 0;
      const picture = readPicture(path);
      const begun = now();
      try {
        await fingerprinter.fingerprint(picture);
        times.fingerprint.push(now() - begun);
      } catch (error) {
        if (!(error instanceof RegistryError) || error.code !== 'UNFIT_PICTURE') throw error;
      }
    }
  } finally {
    sharp.concurrency(before);
  }
  return {
    pictures: times.fingerprint.length,
    fingerprint: spread(times.fingerprint),
    embedding: spread(times.embedding),
  };
}
