import { stringify } from 'csv-stringify/sync';
import { createFingerprintPool, DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { type Calibration } from '#libs/registry';
import { makeFolder, makeRoomFor, writeWhole } from '../../home/files.js';
import { Problem } from '../../problem.js';
import { answerAll, DEPTH, type Found } from './answer-all.js';
import { openDataset, type DatasetFiles } from './dataset-files.js';
import { timeFingerprintsAlone, type AloneTimes } from './fingerprint-alone.js';
import { measure, type Measures } from './measure.js';
import { type Ranked } from './measures.js';
import { checkPeers, PEERS, type PeerName } from './peers/peers.js';
import { type JudgedAnswer } from './search-alone.js';
import { spread, type Spread } from './spread.js';
import { isHardNegative } from './truth.js';
import { verdictShares, type VerdictReport } from './verdict-shares.js';
import { createVerifierPool } from './verifier-pool.js';
import { writeWorst } from './write-worst.js';

/** What to measure. */
export interface AccuracyRequest {
  readonly dataset: string;
  /** Where the verified answers go; none if absent. */
  readonly results: string | undefined;
  readonly peers: readonly PeerName[];
  /** Of the peer "imagenet": its ONNX file. */
  readonly imagenetModel: string | undefined;
  /** Families to measure together as well: those that nothing was trained on. */
  readonly heldOut: readonly string[];
  /** How many of the worst failures to show, and in which folder; none if absent. */
  readonly worst: { readonly count: number; readonly out: string } | undefined;
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
  /** There is no truth.csv. */
  readonly truthMissing: boolean;
  /** Queries that the truth says have no match, hard negatives apart. */
  readonly withoutMatch: number;
  readonly hardNegatives: number;
  /** Pictures too flat to compare: references that cannot be found, queries without answers. */
  readonly unfit: readonly string[];
  /** Queries of which an answer could not be verified. */
  readonly unverified: readonly string[];
  /** The embedding alone, verified as members do, and peers. */
  readonly methods: readonly MethodReport[];
  readonly heldOut: readonly string[];
  /** Of the verified answers; null where the truth is blank. */
  readonly verdicts: VerdictReport | null;
  /** Reading, fingerprinting, searching, verifying and judging one query, milliseconds, `threads` at once. */
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly threads: number;
  /** Parts of it: reading and fingerprinting one picture, the exact search, verifying a query's MAX_VERIFIED nearest. */
  readonly stages: {
    readonly fingerprint: Spread;
    readonly search: Spread;
    readonly verification: Spread;
  };
  /** The fingerprint by itself, after all else. */
  readonly alone: AloneTimes;
  readonly calibration: Calibration;
}

/**
 * Fingerprints a data set as a node does, searches and verifies every query alone as a member does, writes the answers and
 * measures them.
 * @throws Problem naming the folder, file, row or option that is wrong
 */
export async function benchAccuracy(
  request: AccuracyRequest,
  say: (line: string) => void,
): Promise<AccuracyReport> {
  const files = openDataset(request.dataset);
  mustBeFamilies(request.heldOut, files);
  checkPeers(request.peers, request.imagenetModel);
  if (request.results !== undefined) makeRoomFor(request.results);
  if (request.worst) makeFolder(request.worst.out);
  const { found, calibration, verification, threads } = await answerByProduct(files, say);
  if (request.results !== undefined) writeResults(request.results, found.verified);
  if (request.worst) await writeWorst(files, found.verified, calibration.suspectedAt, request.worst);
  const report = (method: string, answers: readonly Ranked[]): MethodReport => ({
    method,
    measures: files.truth.blank ? null : measure(answers, files.truth.rows, request.heldOut),
  });
  const methods = [report('embedding', found.embedding), report('verified', found.verified)];
  for (const peer of request.peers) {
    const { imagenetModel } = request;
    const peerRequest = { files, embedding: found.embedding, imagenetModel, depth: DEPTH, threads, say };
    methods.push(report(peer, await PEERS[peer](peerRequest)));
  }
  const { rows, blank, missing } = files.truth;
  const query = spread(found.times.query);
  return {
    references: files.references.size,
    queries: files.queries.size,
    truthMissing: missing,
    withoutMatch: blank ? 0 : rows.filter((row) => row.reference === null && !isHardNegative(row)).length,
    hardNegatives: rows.filter(isHardNegative).length,
    unfit: found.unfit,
    unverified: found.unverified,
    methods,
    heldOut: request.heldOut,
    verdicts: blank ? null : verdictShares(found.verified, rows),
    medianMs: query.medianMs,
    p95Ms: query.p95Ms,
    threads,
    stages: {
      fingerprint: spread(found.times.fingerprint),
      search: spread(found.times.search),
      verification: spread(verification),
    },
    alone: await timeFingerprintsAlone([...files.references.values()]),
    calibration,
  };
}

/** The product's answers, by which thresholds, and how long each query's verification took, milliseconds. */
export interface ProductAnswers {
  readonly found: Found;
  readonly calibration: Calibration;
  readonly verification: readonly number[];
  readonly threads: number;
}

/** Answers all queries by the pools that a node has, a thread of each for every processor. */
export async function answerByProduct(
  files: Pick<DatasetFiles, 'references' | 'queries'>,
  say: (line: string) => void,
): Promise<ProductAnswers> {
  const fingerprinter = await createFingerprintPool();
  const { threads } = fingerprinter;
  try {
    const verifier = await createVerifierPool(threads, say);
    try {
      const calibration = DEFAULT_CALIBRATION;
      const found = await answerAll(files, { fingerprinter, verifier, calibration, threads, say });
      return { found, calibration, verification: verifier.times, threads };
    } finally {
      await verifier.close();
    }
  } finally {
    await fingerprinter.close();
  }
}

function mustBeFamilies(heldOut: readonly string[], { truth }: DatasetFiles): void {
  if (truth.blank) return;
  const known = new Set(truth.rows.filter(({ reference }) => reference !== null).map(({ family }) => family));
  const unknown = heldOut.find((family) => !known.has(family));
  if (unknown === undefined) return;
  throw new Problem(
    '--held-out',
    `no query is of family "${unknown}"`,
    `name some of ${[...known].join(', ')}`,
  );
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
