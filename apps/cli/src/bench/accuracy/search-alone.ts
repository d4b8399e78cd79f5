import {
  MAX_VERIFIED,
  mergeAnswers,
  verdictOf,
  verifyHits,
  type Calibration,
  type CandidateVerifier,
  type EmbeddingOf,
  type FingerprintReader,
  type Hit,
  type SimilarityIndex,
  type Verdict,
} from '#libs/registry';
import { type Ranked } from './measures.js';

/** One answer with what its score says by itself. */
export interface JudgedAnswer extends Ranked {
  readonly verdict: Verdict;
}

/** A query's answers, best first: by the embedding alone, and as a member gives them. */
export interface OwnAnswers {
  readonly embedding: JudgedAnswer[];
  readonly verified: JudgedAnswer[];
  /** False if an answer could not be verified. */
  readonly complete: boolean;
  readonly searchMs: number;
}

/** The one member that a data set's references are registered with. */
const MEMBER = 'gallery';
/** Every answer is waited for: what is measured must not depend on the machine. */
const NO_DEADLINE = new Date(8_640_000_000_000_000);

/** A data set's references, registered, with what searches and verifies them. */
export interface Gallery {
  readonly index: SimilarityIndex;
  readonly verifier: CandidateVerifier;
  readonly fingerprints: FingerprintReader;
}

/** Registers the references, by their ids, in an empty index. */
export async function register(
  index: SimilarityIndex,
  verifier: CandidateVerifier,
  embeddingOf: EmbeddingOf,
  references: ReadonlyMap<string, Uint8Array>,
): Promise<Gallery> {
  const entries = [...references].map(([id, fingerprint]) => ({
    registrationId: id,
    patternId: id,
    state: 'registered' as const,
    vector: embeddingOf(fingerprint).embedding,
  }));
  await index.apply(entries, entries.length);
  const fingerprintsOf = async (ids: readonly string[]) =>
    new Map(
      ids.flatMap((id) => {
        const fingerprint = references.get(id);
        return fingerprint ? [[id, fingerprint] as const] : [];
      }),
    );
  return { index, verifier, fingerprints: { fingerprintsOf } };
}

/**
 * Searches one query, verifies its MAX_VERIFIED nearest, and ranks and judges by the functions that a check uses.
 * @param limit answers wanted of each ranking, 1 to 100
 */
export async function searchAlone(
  { index, ...verification }: Gallery,
  calibration: Calibration,
  query: { readonly id: string; readonly fingerprint: Uint8Array; readonly vector: Float32Array },
  limit: number,
): Promise<OwnAnswers> {
  const begun = performance.now();
  const [result] = await index.search([{ vector: query.vector, limit: MAX_VERIFIED }]);
  if (!result) throw new Error('the index gave no result for a query');
  const searchMs = performance.now() - begun;
  const asked = { fingerprint: query.fingerprint, modelDigest: index.modelDigest };
  const verified = await verifyHits(verification, asked, result.hits, NO_DEADLINE);
  const judge = (hits: readonly Hit[]) => judged(query.id, index, calibration, hits, limit);
  return {
    embedding: judge(result.hits),
    verified: judge(verified.hits),
    complete: verified.complete,
    searchMs,
  };
}

function judged(
  query: string,
  { size, position, modelDigest }: SimilarityIndex,
  calibration: Calibration,
  hits: readonly Hit[],
  limit: number,
): JudgedAnswer[] {
  const row = {
    province: MEMBER,
    outcome: 'ANSWERED' as const,
    detail: '',
    searched: size,
    declared: size,
    position,
    modelDigest,
    askedAt: '',
    receivedAt: null,
    answeredAt: null,
    arrivedAt: null,
    answerDigest: null,
  };
  const directory = { epoch: 1, members: [MEMBER], calibration };
  const { candidates } = mergeAnswers(directory, [{ row, hits: hits.slice(0, limit) }], limit, '');
  return candidates.map((candidate, place) => ({
    query,
    rank: place + 1,
    reference: candidate.registrationId,
    score: candidate.verified?.score ?? candidate.score,
    verdict: verdictOf([candidate], true, calibration),
  }));
}
