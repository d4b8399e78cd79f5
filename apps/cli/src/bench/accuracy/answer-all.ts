import PQueue from 'p-queue';
import { decodeEmbedding, EMBEDDING_DIMENSION, MODEL_DIGEST } from '#libs/fingerprint';
import { RegistryError, type Calibration, type CandidateVerifier, type Fingerprinter } from '#libs/registry';
import { ExactIndex } from '#libs/similarity';
import { Problem } from '../../problem.js';
import { readPicture, type DatasetFiles } from './dataset-files.js';
import { Progress } from './progress.js';
import { register, searchAlone, type JudgedAnswer } from './search-alone.js';

/** Answers to each query. */
export const DEPTH = 20;

/** What makes and compares fingerprints; `threads` queries at once. */
export interface Machinery {
  readonly fingerprinter: Fingerprinter;
  readonly verifier: CandidateVerifier;
  readonly calibration: Calibration;
  readonly threads: number;
  readonly say: (line: string) => void;
}

/** All queries' answers. */
export interface Found {
  readonly embedding: readonly JudgedAnswer[];
  readonly verified: readonly JudgedAnswer[];
  /** References that can be found. */
  readonly registered: number;
  /** Paths of pictures too flat to compare. */
  readonly unfit: readonly string[];
  /** Queries of which an answer could not be verified. */
  readonly unverified: readonly string[];
  readonly times: StageTimes;
}

/** Milliseconds. */
class StageTimes {
  /** Of each picture: reading and fingerprinting. */
  readonly fingerprint: number[] = [];
  /** Of each query: the exact search. */
  readonly search: number[] = [];
  /** Of each query: from file to verdict. */
  readonly query: number[] = [];
}

/** Registers all references, then searches, verifies and judges each query alone. */
export async function answerAll(
  { references, queries }: Pick<DatasetFiles, 'references' | 'queries'>,
  { fingerprinter, verifier, calibration, threads, say }: Machinery,
): Promise<Found> {
  const unfit: string[] = [];
  const unverified: string[] = [];
  const times = new StageTimes();
  const fingerprint = async (path: string): Promise<Uint8Array | undefined> => {
    const begun = performance.now();
    const bytes = await fingerprintOf(fingerprinter, path);
    if (bytes) times.fingerprint.push(performance.now() - begun);
    else unfit.push(path);
    return bytes;
  };
  const queue = new PQueue({ concurrency: threads });
  const registering = new Progress('references', references.size, say);
  const registered = new Map<string, Uint8Array>();
  const prints = await queue.addAll(
    [...references].map(([id, path]) => async () => {
      const bytes = await fingerprint(path);
      registering.advance();
      return { id, bytes };
    }),
  );
  for (const { id, bytes } of prints) if (bytes) registered.set(id, bytes);
  const index = new ExactIndex(MODEL_DIGEST, EMBEDDING_DIMENSION);
  const gallery = await register(index, verifier, decodeEmbedding, registered);

  const asking = new Progress('queries', queries.size, say);
  const answers = await queue.addAll(
    [...queries].map(([id, path]) => async () => {
      const begun = performance.now();
      const bytes = await fingerprint(path);
      asking.advance();
      if (!bytes) return undefined;
      const query = { id, fingerprint: bytes, vector: decodeEmbedding(bytes).embedding };
      const own = await searchAlone(gallery, calibration, query, DEPTH);
      times.query.push(performance.now() - begun);
      times.search.push(own.searchMs);
      if (!own.complete) unverified.push(id);
      return own;
    }),
  );
  await index.close();
  return {
    embedding: answers.flatMap((own) => own?.embedding ?? []),
    verified: answers.flatMap((own) => own?.verified ?? []),
    registered: registered.size,
    unfit: unfit.sort(),
    unverified: unverified.sort(),
    times,
  };
}

/** Undefined for a picture that the product refuses to compare because there is nothing in it. */
async function fingerprintOf(fingerprinter: Fingerprinter, path: string): Promise<Uint8Array | undefined> {
  try {
    return (await fingerprinter.fingerprint(readPicture(path))).fingerprint.bytes;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    if (error.code === 'UNFIT_PICTURE') return undefined;
    throw new Problem(path, error.problem, error.remedy, { cause: error });
  }
}
