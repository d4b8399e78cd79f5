import {
  effectiveScore,
  mergeAnswers,
  verdictOf,
  type Calibration,
  type EmbeddingOf,
  type SimilarityIndex,
  type Verdict,
} from '#libs/registry';
import { type Ranked } from './measures.js';

/** One answer with what its score says by itself. */
export interface JudgedAnswer extends Ranked {
  readonly verdict: Verdict;
}

/** The one member that a data set's references are registered with. */
const MEMBER = 'gallery';

/** Registers the references, by their ids, in an empty index. */
export async function register(
  index: SimilarityIndex,
  embeddingOf: EmbeddingOf,
  references: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const entries = [...references].map(([id, fingerprint]) => ({
    registrationId: id,
    patternId: id,
    state: 'registered' as const,
    vector: embeddingOf(fingerprint).embedding,
  }));
  await index.apply(entries, entries.length);
}

/**
 * Searches one query, and ranks and judges its answers by the functions that a check uses.
 * @param limit answers wanted, 1 to 100
 */
export async function searchAlone(
  index: SimilarityIndex,
  calibration: Calibration,
  query: { readonly id: string; readonly vector: Float32Array },
  limit: number,
): Promise<JudgedAnswer[]> {
  const [result] = await index.search([{ vector: query.vector, limit }]);
  if (!result) throw new Error('the index gave no result for a query');
  const searched = index.size;
  const row = {
    province: MEMBER,
    outcome: 'ANSWERED' as const,
    detail: '',
    searched,
    declared: searched,
    position: index.position,
    modelDigest: index.modelDigest,
    askedAt: '',
    receivedAt: null,
    answeredAt: null,
    arrivedAt: null,
    answerDigest: null,
  };
  const directory = { epoch: 1, members: [MEMBER], calibration };
  const { candidates } = mergeAnswers(directory, [{ row, hits: result.hits }], limit, '');
  return candidates.map((candidate, place) => ({
    query: query.id,
    rank: place + 1,
    reference: candidate.registrationId,
    score: effectiveScore(candidate),
    verdict: verdictOf([candidate], true, calibration),
  }));
}
