import {
  RegistryError,
  type CandidateVerifier,
  type Fingerprint,
  type VerifiableCandidate,
  type Verification,
} from '#libs/registry';
import { matchPrepared, prepareQuery, type PreparedQuery } from './match-pair.js';

/** Reads a fingerprint's bytes. @throws RegistryError INVALID_INPUT for bytes that are none */
export type DecodeFingerprint = (bytes: Uint8Array) => Fingerprint;

/**
 * A verifier in this thread, which it holds until all candidates are compared or the deadline has passed: time is looked at
 * between candidates.
 * @param report told why a candidate could not be compared; it is then null among the verifications
 */
export function createCandidateVerifier(
  decode: DecodeFingerprint,
  report: (problem: string) => void,
): CandidateVerifier {
  return {
    async verify(query, candidates, deadline) {
      const prepared = prepareQuery(decode(query));
      return candidates.map((candidate) =>
        Date.now() < deadline.getTime() ? verifyOne(prepared, candidate, decode, report) : null,
      );
    },
  };
}

function verifyOne(
  query: PreparedQuery,
  { fingerprint }: VerifiableCandidate,
  decode: DecodeFingerprint,
  report: (problem: string) => void,
): Verification | null {
  try {
    const candidate = decode(fingerprint);
    if (candidate.modelDigest !== query.fingerprint.modelDigest) {
      report(
        `a stored fingerprint is of model ${candidate.modelDigest}, not ${query.fingerprint.modelDigest}`,
      );
      return null;
    }
    const { score, transform, matchedShare } = matchPrepared(query, candidate);
    return { score, transform, matchedShare };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    report(`a stored fingerprint cannot be read: ${error.problem}`);
    return null;
  }
}
