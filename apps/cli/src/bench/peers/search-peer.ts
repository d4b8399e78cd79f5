/** Another engine's search over the same vectors, by inner product. Used as: `available`, `load` once, `search`, `close`. */
export interface SearchPeer {
  /** As it stands in the results, in snake_case. */
  readonly name: string;
  /** Whether it may miss a nearest vector. */
  readonly approximate: boolean;
  /** Most vectors that it is measured with. */
  readonly mostVectors: number;
  /** Why it cannot be measured on this machine; empty if it can. */
  available(): Promise<string>;
  /** @param vectors L2-normalised, one behind the other; a vector's id is its place, from 0 */
  load(vectors: Float32Array, dimension: number): Promise<void>;
  /** Ids of the `k` nearest, nearest first. */
  search(query: Float32Array, k: number): Promise<readonly number[]>;
  /** Gives back what it holds. */
  close(): Promise<void>;
}
