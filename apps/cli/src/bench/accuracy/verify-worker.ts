import { decodeFingerprint } from '#libs/fingerprint';
import { type VerifiableCandidate, type Verification } from '#libs/registry';
import { createCandidateVerifier } from '#libs/similarity';

/** One query's candidates. */
export interface VerifyTask {
  readonly query: Uint8Array;
  readonly candidates: readonly VerifiableCandidate[];
  readonly deadline: Date;
}

/** In the order of the candidates; and how long it took in this thread, milliseconds, decoding included. */
export interface VerifyReply {
  readonly found: (Verification | null)[];
  readonly problems: readonly string[];
  readonly ms: number;
}

/** What a member's own thread does, and how long it took. */
export default async function verifyInWorker({
  query,
  candidates,
  deadline,
}: VerifyTask): Promise<VerifyReply> {
  if (candidates.length === 0) return { found: [], problems: [], ms: 0 };
  const begun = performance.now();
  const problems: string[] = [];
  const verifier = createCandidateVerifier(decodeFingerprint, (problem) => problems.push(problem));
  const found = await verifier.verify(query, candidates, deadline);
  return { found, problems, ms: performance.now() - begun };
}
