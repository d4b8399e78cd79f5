import type { Verification } from '#libs/registry';

/** x' = a x + b y + e, y' = c x + d y + f, from the query's analysis frame to the candidate's, pixels. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** The numbers that a verified score is made of. */
export interface PairEvidence {
  /** Cosine of the embeddings, -1 to 1. */
  readonly cosine: number;
  /** Features of the query that lie on features of the candidate by the best placing. */
  readonly inliers: number;
  /** How alike those are, summed: at most one each. */
  readonly agreement: number;
  /** The same over all placings. */
  readonly agreements: number;
  /** Share of the features that could lie on others by the best placing, of the side that has fewer of them, which do; 0 without a placing. */
  readonly density: number;
  /** Features of the side that has fewer. */
  readonly features: number;
  /** Best correlation of the two repeat units, 0 to 1; 0 where one side does not repeat. */
  readonly cells: number;
}

/** Everything that a comparison of two fingerprints finds; the wire carries its `Verification` part. */
export interface PairMatch extends Verification {
  readonly evidence: PairEvidence;
  /** The best placing; null where nothing lies on anything. */
  readonly placing: Affine | null;
  /** Indices of the features that support a placing, pair by pair. */
  readonly pairs: readonly { readonly query: number; readonly candidate: number }[];
}
