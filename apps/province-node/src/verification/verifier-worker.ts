import { decodeFingerprint } from '#libs/fingerprint';
import type { VerifiableCandidate, Verification } from '#libs/registry';
import { createCandidateVerifier } from '#libs/similarity';

/** Some candidates of one question. */
export interface VerifierTask {
  readonly query: Uint8Array;
  readonly candidates: readonly VerifiableCandidate[];
  readonly deadline: Date;
}

/** What a thread sends back. */
export interface VerifierReply {
  /** One for each candidate of the task. */
  readonly found: readonly (Verification | null)[];
  /** Why candidates could not be compared. */
  readonly problems: readonly string[];
}

export default async function verifyInWorker({
  query,
  candidates,
  deadline,
}: VerifierTask): Promise<VerifierReply> {
  // The first task of a thread has nothing in it: its answer says that the thread is ready.
  if (candidates.length === 0) return { found: [], problems: [] };
  const problems: string[] = [];
  const verifier = createCandidateVerifier(decodeFingerprint, (problem) => problems.push(problem));
  return { found: await verifier.verify(query, candidates, deadline), problems };
}
