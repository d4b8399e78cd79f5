import { FederationLogError } from '../errors.js';
import { HASH_BYTES, type TreeHasher } from './hashing.js';
import { splitRange } from './nodes.js';

/**
 * A tree that only grows, kept as the roots of its perfect subtrees, largest first: at most 53 hashes, whatever its size.
 */
export class Frontier {
  private constructor(
    private readonly hasher: TreeHasher,
    private count: number,
    private readonly peaks: Uint8Array[],
  ) {}

  /** The tree without entries. */
  static empty(hasher: TreeHasher): Frontier {
    return new Frontier(hasher, 0, []);
  }

  /**
   * A tree as `hashes` gave it.
   * @throws FederationLogError OUT_OF_RANGE if a tree of that size has not that many subtrees, or a hash not 32 bytes
   */
  static of(hasher: TreeHasher, size: number, hashes: readonly Uint8Array[]): Frontier {
    if (splitRange(0, size).length !== hashes.length || hashes.some(({ length }) => length !== HASH_BYTES)) {
      throw new FederationLogError('OUT_OF_RANGE', `frontier: not that of a tree of ${size} entries.`);
    }
    return new Frontier(hasher, size, [...hashes]);
  }

  /** Entries in the tree. */
  get size(): number {
    return this.count;
  }

  /** Roots of the perfect subtrees, left to right. */
  get hashes(): readonly Uint8Array[] {
    return [...this.peaks];
  }

  /** Adds the next entry by its leaf hash. */
  append(leafHash: Uint8Array): void {
    let hash = leafHash;
    for (let rest = this.count; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.peaks.pop();
      if (left) hash = this.hasher.node(left, hash);
    }
    this.peaks.push(hash);
    this.count += 1;
  }

  /** Root hash at this size. */
  root(): Uint8Array {
    return foldPeaks(this.hasher, this.peaks);
  }
}

/** The hash over perfect subtrees that stand side by side, largest first. */
export function foldPeaks(hasher: TreeHasher, peaks: readonly Uint8Array[]): Uint8Array {
  const folded = peaks.reduceRight<Uint8Array | null>(
    (right, left) => (right === null ? left : hasher.node(left, right)),
    null,
  );
  return folded ?? hasher.emptyRoot;
}
