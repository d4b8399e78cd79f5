import type { Calibration, Fingerprint, FingerprintedPicture } from '#libs/registry';
import { drawEvidence, type Evidence } from './draw-evidence.js';
import type { MatchToShow, SideToShow } from './match.js';
import type { Raster } from './raster.js';

/** A picture's file and what it became. */
export interface ComparedPicture extends FingerprintedPicture {
  readonly picture: Uint8Array;
}

/** What compares two fingerprints. */
export interface Comparison {
  /**
   * The analysis frame of a picture that was fingerprinted, and where in the picture it is.
   * @throws RegistryError INVALID_INPUT or UNFIT_PICTURE (field "picture")
   */
  readonly read: (picture: Uint8Array) => Promise<{
    readonly frame: Raster;
    readonly area: { readonly covers: number };
  }>;
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
  { read, decode, match, calibration }: Comparison,
  query: ComparedPicture,
  candidate: ComparedPicture,
): Promise<Evidence> {
  const [own, other] = [decode(query.fingerprint.bytes), decode(candidate.fingerprint.bytes)];
  const sideOf = async (
    { picture, pattern }: ComparedPicture,
    { features, repeat }: Fingerprint,
  ): Promise<SideToShow> => {
    const { frame, area } = await read(picture);
    return { frame, covers: area.covers, pattern, features, repeat };
  };
  return drawEvidence({
    query: await sideOf(query, own),
    candidate: await sideOf(candidate, other),
    match: match(own, other),
    calibration,
  });
}
