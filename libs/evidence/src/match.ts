import type { LocalFeatures, Pattern, RepeatUnit, Verification } from '#libs/registry';
import type { Placing } from './placing.js';
import type { Raster } from './raster.js';

/** What a comparison of two fingerprints found, as far as it can be shown. */
export interface MatchToShow extends Verification {
  readonly evidence: Readonly<
    Record<'cosine' | 'inliers' | 'agreement' | 'agreements' | 'density' | 'features' | 'cells', number>
  >;
  /** Null where nothing lies on anything. */
  readonly placing: Placing | null;
  /** Indices of the features that support a placing, pair by pair. */
  readonly pairs: readonly { readonly query: number; readonly candidate: number }[];
}

/** One of the two pictures, with what its fingerprint says of places in it. */
export interface SideToShow {
  /** Its analysis frame, in which the features' and the repeat's coordinates are. */
  readonly frame: Raster;
  /** Share of the picture that the frame shows, 0 to 1. */
  readonly covers: number;
  readonly pattern: Omit<Pattern, 'patternId'>;
  readonly features: LocalFeatures;
  readonly repeat: RepeatUnit | null;
}
