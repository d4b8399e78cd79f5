import type { Calibration, Fingerprint, FingerprintedPicture } from '#libs/registry';
import { drawEvidence, type Evidence } from './draw-evidence.js';
import type { MatchToShow, SideToShow } from './match.js';

/** A picture's file and what it became. */
export interface ComparedPicture extends FingerprintedPicture {
  readonly picture: Uint8Array;
}

/** What compares two fingerprints. */
export interface Comparison {
  /** @throws RegistryError INVALID_INPUT (field "fingerprint") */
  readonly decode: (fingerprint: Uint8Array) => Fingerprint;
  readonly match: (query: Fingerprint, candidate: Fingerprint) => MatchToShow;
  readonly calibration: Calibration;
}

/**
 * Compares two fingerprinted pictures and draws the evidence.
 * @throws RegistryError INVALID_INPUT for a fingerprint or picture that cannot be read
 */
export async function compareFingerprinted(
  { decode, match, calibration }: Comparison,
  query: ComparedPicture,
  candidate: ComparedPicture,
): Promise<Evidence> {
  const [own, other] = [decode(query.fingerprint.bytes), decode(candidate.fingerprint.bytes)];
  return drawEvidence({
    query: sideOf(query, own),
    candidate: sideOf(candidate, other),
    match: match(own, other),
    calibration,
  });
}

function sideOf({ picture, pattern }: ComparedPicture, { features, repeat }: Fingerprint): SideToShow {
  return { picture, pattern, features, repeat };
}
