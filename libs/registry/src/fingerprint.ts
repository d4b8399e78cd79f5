/**
 * Places in a picture that a copy of it shows again, with what surrounds each. All coordinates are pixels of the analysis
 * frame: the whole picture, upright, its longer side FRAME pixels.
 */
export interface LocalFeatures {
  /** Of the analysis frame, pixels. */
  readonly width: number;
  /** Of the analysis frame, pixels. */
  readonly height: number;
  readonly count: number;
  /** `count` values, pixels from the left. */
  readonly x: Float32Array;
  /** `count` values, pixels from the top. */
  readonly y: Float32Array;
  /** `count` values: the place's size, pixels (standard deviation of its blur). */
  readonly scale: Float32Array;
  /** `count` values: main direction of the gradients around it, radians in [0, pi): light and dark may be exchanged. */
  readonly angle: Float32Array;
  /** `count` x DESCRIPTOR_LENGTH values of 0 to 15. */
  readonly descriptors: Uint8Array;
  /** `count` x 3 values, sRGB: the place's mean colour. */
  readonly colours: Uint8Array;
}

/** Values of one descriptor: 4 x 4 cells around the place, 4 directions of gradient (modulo pi) in each. */
export const DESCRIPTOR_LENGTH = 64;
/** Longer side of the analysis frame, pixels. */
export const FRAME = 384;
/** Most places of one picture. */
export const MAX_FEATURES = 300;

/** Those of a frame in which nothing was found. @param width pixels @param height pixels, each 1 to FRAME */
export function emptyFeatures(width: number, height: number): LocalFeatures {
  const none = new Float32Array();
  return {
    width,
    height,
    count: 0,
    x: none,
    y: none,
    scale: none,
    angle: none,
    descriptors: new Uint8Array(),
    colours: new Uint8Array(),
  };
}

/** What a periodic pattern repeats. */
export interface RepeatUnit {
  /** The lattice's two shortest vectors (Gauss-reduced), pixels of the analysis frame, x then y. */
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  /** How sure the repeat is, 0 to 1. */
  readonly strength: number;
  /** CELL_SIDE x CELL_SIDE bytes: mean strength of the gradient over all repeats; column u and row v lie at u/CELL_SIDE a + v/CELL_SIDE b. */
  readonly cell: Uint8Array;
}

/** Samples along each vector of a repeat unit. */
export const CELL_SIDE = 48;

/** A picture's fingerprint: all that travels of it. */
export interface Fingerprint {
  /** "sha256:" and 64 hex digits: the model and everything before and beside it that made this fingerprint. */
  readonly modelDigest: string;
  /** Finite values of Euclidean length 1. */
  readonly embedding: Float32Array;
  readonly features: LocalFeatures;
  /** Null where the pattern does not repeat. */
  readonly repeat: RepeatUnit | null;
}
