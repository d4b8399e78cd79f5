import type { IndexHit } from '../similarity.js';
import type { Hit } from './statements.js';

/** Most candidates that a member verifies for one question. */
export const MAX_VERIFIED = 100;

/** What a comparison of two whole fingerprints found. */
export type Verification = NonNullable<Hit['verified']>;

/** A candidate with its stored fingerprint. */
export interface VerifiableCandidate {
  /** Cosine of the embeddings. */
  readonly score: number;
  readonly fingerprint: Uint8Array;
}

/** Compares a query's fingerprint with candidates' fingerprints, geometrically. */
export interface CandidateVerifier {
  /**
   * In the order given, one verification each; null for those that were not reached before the deadline.
   * @param query a fingerprint's bytes; nothing of it is kept after the answer
   * @param candidates at most MAX_VERIFIED
   * @throws RegistryError INVALID_INPUT for a query whose bytes are no fingerprint
   */
  verify(
    query: Uint8Array,
    candidates: readonly VerifiableCandidate[],
    deadline: Date,
  ): Promise<(Verification | null)[]>;
}

/** The stored fingerprints of patterns. */
export interface FingerprintReader {
  /** Those of this model that exist, by pattern id; at most MAX_VERIFIED ids. */
  fingerprintsOf(
    patternIds: readonly string[],
    modelDigest: string,
  ): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Hits with what their verification found. */
export interface VerifiedHits {
  /** Best first: by verified score, those without one last by cosine; ties by registration id. */
  readonly hits: readonly Hit[];
  /** False if a hit was not verified: the time ran out, or its fingerprint could not be read. */
  readonly complete: boolean;
}

/** Verifies an exact search's hits before the deadline and ranks them by what was found. Members and benchmarks run this same function. */
export async function verifyHits(
  deps: { readonly verifier: CandidateVerifier; readonly fingerprints: FingerprintReader },
  query: { readonly fingerprint: Uint8Array; readonly modelDigest: string },
  hits: readonly IndexHit[],
  deadline: Date,
): Promise<VerifiedHits> {
  const stored = await deps.fingerprints.fingerprintsOf(
    [...new Set(hits.map(({ patternId }) => patternId))],
    query.modelDigest,
  );
  const readable = hits.flatMap((hit) => {
    const fingerprint = stored.get(hit.patternId);
    return fingerprint ? [{ hit, fingerprint }] : [];
  });
  const found = await deps.verifier.verify(
    query.fingerprint,
    readable.map(({ hit, fingerprint }) => ({ score: hit.score, fingerprint })),
    deadline,
  );
  const verified = new Map(readable.map(({ hit }, i) => [hit.registrationId, found[i] ?? null]));
  const all = hits.map(({ registrationId, patternId, state, score }): Hit => {
    const verification = verified.get(registrationId);
    return {
      registrationId,
      patternId,
      state,
      score,
      ...(verification ? { verified: verification } : {}),
    };
  });
  return { hits: all.sort(byRank), complete: all.every((hit) => hit.verified !== undefined) };
}

/** Which of two has more evidence, for `sort`: by verified score, those without one last; then by cosine. */
export function byEvidence(a: Hit, b: Hit): number {
  return (b.verified?.score ?? -1) - (a.verified?.score ?? -1) || b.score - a.score;
}

function byRank(a: Hit, b: Hit): number {
  return byEvidence(a, b) || (a.registrationId < b.registrationId ? -1 : 1);
}
