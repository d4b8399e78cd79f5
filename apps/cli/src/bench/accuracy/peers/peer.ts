import { type DatasetFiles } from '../dataset-files.js';
import { type Ranked } from '../measures.js';

/** What another method is given: the same pictures, and the answers of the product's embedding. */
export interface PeerRequest {
  readonly files: DatasetFiles;
  /** For methods that only rank anew what another one found. */
  readonly embedding: readonly Ranked[];
  /** Of the plain ImageNet embedding: an ONNX file. */
  readonly imagenetModel: string | undefined;
  /** Answers kept of each query. */
  readonly depth: number;
  readonly threads: number;
  readonly say: (line: string) => void;
}

/** Another method's answers to all queries. */
export type Peer = (request: PeerRequest) => Promise<Ranked[]>;

/** Ranks all references by a score, best first, then by their ids, and keeps the first. */
export function rankAll<T>(
  query: string,
  references: ReadonlyMap<string, T>,
  scoreOf: (reference: T) => number,
  depth: number,
): Ranked[] {
  return [...references]
    .map(([reference, value]) => ({ reference, score: scoreOf(value) }))
    .sort((a, b) => b.score - a.score || (a.reference < b.reference ? -1 : 1))
    .slice(0, depth)
    .map((answer, place) => ({ query, rank: place + 1, ...answer }));
}
