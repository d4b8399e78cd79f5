import { decodeFingerprint } from '#libs/fingerprint';
import { type VerifiableCandidate, type Verification } from '#libs/registry';
import { matchPair } from '#libs/similarity';

/** One query's candidates. */
export interface VerifyTask {
  readonly query: Uint8Array;
  readonly candidates: readonly VerifiableCandidate[];
}

/** In the order of the candidates; and how long it took in this thread, milliseconds, decoding included. */
export interface VerifyReply {
  readonly verifications: Verification[];
  readonly ms: number;
}

export default function verifyInWorker({ query, candidates }: VerifyTask): VerifyReply {
  if (candidates.length === 0) return { verifications: [], ms: 0 };
  const begun = performance.now();
  const own = decodeFingerprint(query);
  const verifications = candidates.map(({ fingerprint }): Verification => {
    const { score, transform, matchedShare } = matchPair(own, decodeFingerprint(fingerprint));
    return { score, transform, matchedShare };
  });
  return { verifications, ms: performance.now() - begun };
}
