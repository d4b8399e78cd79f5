import {
  Turns,
  type AnswerVerification,
  type CandidateVerifier,
  type EmbeddingOf,
  type FingerprintReader,
} from '#libs/registry';

/** A verifier whose time runs out when a test says so. */
export interface FakeVerifier extends CandidateVerifier {
  /** Replace it to have candidates judged otherwise. */
  verify: CandidateVerifier['verify'];
  /** Candidates of each question that it reaches before the deadline. */
  reach: number;
}

/** Scores by the cosine of the embeddings, 0 where it is below; what it compares lies as it is. @param now of the machine it runs on */
export function createFakeVerifier(embeddingOf: EmbeddingOf, now = (): number => Date.now()): FakeVerifier {
  return {
    reach: Infinity,
    async verify(query, candidates, deadline) {
      const { embedding } = embeddingOf(query);
      return candidates.map(({ fingerprint }, place) => {
        if (place >= this.reach || now() >= deadline.getTime()) return null;
        const other = embeddingOf(fingerprint).embedding;
        const cosine = embedding.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);
        const share = Math.min(1, Math.max(0, cosine));
        return {
          score: share,
          transform: { mirrored: false, rotation: 0, scale: 1, offset: [0, 0], recoloured: false },
          matchedShare: { query: share, candidate: share },
        };
      });
    },
  };
}

/** Verification of as many as a node verifies by default, with time enough on the slowest machine. */
export function fakeVerification(
  verifier: CandidateVerifier,
  fingerprints: FingerprintReader,
): AnswerVerification {
  const turns = new Turns({
    field: 'question',
    atOnce: 64,
    waitingEach: 1_024,
    monotonic: () => performance.now(),
  });
  return { verifier, fingerprints, turns, candidates: 50, budgetMs: 60_000 };
}
