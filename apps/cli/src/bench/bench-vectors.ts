/** Kinds of vectors that need no model: spread evenly, in loose groups, and groups of almost the same. */
export const VECTOR_KINDS = ['isotropic', 'clustered', 'near_duplicates'] as const;

export type VectorKind = (typeof VECTOR_KINDS)[number];

/** Vectors one after the other, L2-normalised, the same for the same seed. */
export interface Vectors {
  next(): Float32Array;
}

const CLUSTER_SIZE = 100;
/** Length of what is added to a centre of length 1. */
const CLUSTER_NOISE = 0.7;
const COPY_NOISE = 0.02;

/** Draws L2-normalised vectors of one kind, the same for the same seed. */
export class VectorSource implements Vectors {
  private readonly centres: Float32Array[];
  private readonly random: () => number;

  /** @param patterns how many will be drawn: their number decides the number of groups */
  constructor(
    private readonly kind: VectorKind,
    private readonly dimension: number,
    patterns: number,
    seed: number,
  ) {
    this.random = mulberry32(seed);
    const groups = kind === 'isotropic' ? 0 : Math.ceil(patterns / CLUSTER_SIZE);
    this.centres = Array.from({ length: groups }, () => this.unit());
  }

  /** The next vector. */
  next(): Float32Array {
    const centre = this.centres[Math.floor(this.random() * this.centres.length)];
    const vector = this.unit();
    if (!centre) return vector;
    const noise = this.kind === 'clustered' ? CLUSTER_NOISE : COPY_NOISE;
    return normalised(vector.map((value, at) => value * noise + (centre[at] ?? 0)));
  }

  private unit(): Float32Array {
    const vector = new Float32Array(this.dimension);
    for (let at = 0; at < vector.length; at += 1)
      vector[at] = this.random() + this.random() + this.random() + this.random() - 2;
    return normalised(vector);
  }
}

/** mulberry32: repeatable numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Vectors of real pictures, and as many more as are drawn between them: each a real one, moved a tenth of the way that two other
 * real ones differ by, which keeps it where the model's vectors lie.
 */
export class BootstrappedVectors implements Vectors {
  private readonly random: () => number;
  private given = 0;

  constructor(
    private readonly real: readonly Float32Array[],
    seed: number,
  ) {
    this.random = mulberry32(seed);
  }

  next(): Float32Array {
    this.given += 1;
    const own = this.real[this.given - 1];
    if (own) return own;
    const [base, from, to] = [this.pick(), this.pick(), this.pick()];
    return normalised(base.map((value, at) => value + 0.1 * ((to[at] ?? 0) - (from[at] ?? 0))));
  }

  private pick(): Float32Array {
    return this.real[Math.floor(this.random() * this.real.length)] ?? new Float32Array();
  }
}

function normalised(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square);
  for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) / length;
  return vector;
}
