import { stringify } from 'csv-stringify/sync';
import PQueue from 'p-queue';
import {
  createFingerprintPool,
  decodeEmbedding,
  DEFAULT_CALIBRATION,
  EMBEDDING_DIMENSION,
  MODEL_DIGEST,
} from '#libs/fingerprint';
import { RegistryError, type Calibration, type Fingerprinter } from '#libs/registry';
import { ExactIndex } from '#libs/similarity';
import { writeWhole } from '../../home/files.js';
import { Problem } from '../../problem.js';
import { openDataset, readPicture, type DatasetFiles } from './dataset-files.js';
import { measure, type Measures } from './measure.js';
import { wilson, type Ranked, type Share } from './measures.js';
import { hashOrientations, rankByHash } from './phash.js';
import { register, searchAlone, type JudgedAnswer } from './search-alone.js';

/** Answers to each query. */
const DEPTH = 20;

export const PEERS = ['phash'] as const;

/** What to measure. */
export interface AccuracyRequest {
  readonly dataset: string;
  /** Where the answers go; none if absent. */
  readonly results: string | undefined;
  readonly peers: readonly (typeof PEERS)[number][];
}

/** One method's measures; null where the truth is blank. */
export interface MethodReport {
  readonly method: string;
  readonly measures: Measures | null;
}

/** What was measured. */
export interface AccuracyReport {
  readonly references: number;
  readonly queries: number;
  /** Queries that the truth says have no match. */
  readonly withoutMatch: number;
  /** Pictures too flat to compare: references that cannot be found, queries without answers. */
  readonly unfit: readonly string[];
  readonly methods: readonly MethodReport[];
  /** What the frozen thresholds say: of queries with a match the share judged so with the right one first, of the others the share judged so. */
  readonly verdicts: {
    readonly duplicate: { readonly right: Share; readonly wrong: Share };
    readonly suspectedOrDuplicate: { readonly right: Share; readonly wrong: Share };
  } | null;
  /** Reading, fingerprinting, searching and judging one query, milliseconds. */
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly calibration: Calibration;
}

/**
 * Fingerprints a data set as a node does, searches every query alone, writes the answers and measures them.
 * @throws Problem naming the folder, file or row that is wrong
 */
export async function benchAccuracy(request: AccuracyRequest): Promise<AccuracyReport> {
  const files = openDataset(request.dataset);
  const pool = await createFingerprintPool();
  try {
    const found = await answerAll(files, pool, pool.threads);
    if (request.results !== undefined) writeResults(request.results, found.answers);
    const methods = [methodReport('weft', files, found.answers)];
    for (const peer of request.peers) methods.push(methodReport(peer, files, await answersByHash(files)));
    const times = [...found.times].sort((a, b) => a - b);
    const at = (share: number): number =>
      Number((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1));
    return {
      references: files.references.size,
      queries: files.queries.size,
      withoutMatch: files.truth.blank ? 0 : files.truth.rows.filter(({ reference }) => !reference).length,
      unfit: found.unfit,
      methods,
      verdicts: files.truth.blank ? null : verdictShares(files, found.answers),
      medianMs: at(0.5),
      p95Ms: at(0.95),
      calibration: DEFAULT_CALIBRATION,
    };
  } finally {
    await pool.close();
  }
}

interface Found {
  readonly answers: readonly JudgedAnswer[];
  readonly unfit: readonly string[];
  readonly times: readonly number[];
}

/** Registers all references, then judges each query alone; `threads` pictures at once. */
export async function answerAll(
  { references, queries }: Pick<DatasetFiles, 'references' | 'queries'>,
  fingerprinter: Fingerprinter,
  threads: number,
): Promise<Found> {
  const unfit: string[] = [];
  const fingerprint = async (path: string): Promise<Uint8Array | undefined> => {
    const bytes = await fingerprintOf(fingerprinter, path);
    if (!bytes) unfit.push(path);
    return bytes;
  };
  const queue = new PQueue({ concurrency: threads });
  const index = new ExactIndex(MODEL_DIGEST, EMBEDDING_DIMENSION);
  const registered = new Map<string, Uint8Array>();
  const gallery = await queue.addAll(
    [...references].map(([id, path]) => async () => ({ id, bytes: await fingerprint(path) })),
  );
  for (const { id, bytes } of gallery) if (bytes) registered.set(id, bytes);
  await register(index, decodeEmbedding, registered);

  const times: number[] = [];
  const answers = await queue.addAll(
    [...queries].map(([id, path]) => async () => {
      const begun = performance.now();
      const bytes = await fingerprint(path);
      if (!bytes) return [];
      const vector = decodeEmbedding(bytes).embedding;
      const own = await searchAlone(index, DEFAULT_CALIBRATION, { id, vector }, DEPTH);
      times.push(performance.now() - begun);
      return own;
    }),
  );
  await index.close();
  return { answers: answers.flat(), unfit: unfit.sort(), times };
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

async function answersByHash({ references, queries }: DatasetFiles): Promise<Ranked[]> {
  const upright = new Map<string, bigint>();
  for (const [id, path] of references) {
    const [hash] = await hashOrientations(readPicture(path));
    if (hash !== undefined) upright.set(id, hash);
  }
  const answers: Ranked[] = [];
  for (const [id, path] of queries)
    answers.push(...rankByHash({ id, hashes: await hashOrientations(readPicture(path)) }, upright, DEPTH));
  return answers;
}

function methodReport(method: string, { truth }: DatasetFiles, answers: readonly Ranked[]): MethodReport {
  return { method, measures: truth.blank ? null : measure(answers, truth.rows) };
}

function verdictShares({ truth }: DatasetFiles, answers: readonly JudgedAnswer[]) {
  const first = new Map(answers.filter(({ rank }) => rank === 1).map((answer) => [answer.query, answer]));
  const matched = truth.rows.filter(({ reference }) => reference !== null);
  const unmatched = truth.rows.filter(({ reference }) => reference === null);
  const shares = (verdicts: readonly string[]) => {
    const judged = (query: string): boolean => verdicts.includes(first.get(query)?.verdict ?? '');
    const right = matched.filter(
      ({ query, reference }) => judged(query) && first.get(query)?.reference === reference,
    );
    return {
      right: wilson(right.length, matched.length),
      wrong: wilson(unmatched.filter(({ query }) => judged(query)).length, unmatched.length),
    };
  };
  return {
    duplicate: shares(['DUPLICATE']),
    suspectedOrDuplicate: shares(['DUPLICATE', 'SUSPECTED']),
  };
}

function writeResults(path: string, answers: readonly JudgedAnswer[]): void {
  const rows = answers.map(({ query, rank, reference, score, verdict }) => [
    query,
    rank,
    reference,
    score,
    verdict,
  ]);
  writeWhole(path, stringify([['query', 'rank', 'reference', 'score', 'verdict'], ...rows]), 0o644);
}
