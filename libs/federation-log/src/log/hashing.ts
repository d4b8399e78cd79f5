import type { Sha256 } from './crypto.js';

/** Bytes of a hash. */
export const HASH_BYTES = 32;

/** The hashes of an RFC 6962 tree (section 2.1), each 32 bytes. */
export interface TreeHasher {
  /** Of a tree without entries: SHA-256 of nothing. */
  readonly emptyRoot: Uint8Array;
  /** SHA-256(0x00 || entry). */
  leaf(entry: Uint8Array): Uint8Array;
  /** SHA-256(0x01 || left || right). */
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
}

/** The RFC 6962 hashes by this SHA-256. */
export function createTreeHasher(sha256: Sha256): TreeHasher {
  let leaf = new Uint8Array(1 + 2_048);
  const pair = new Uint8Array(1 + 2 * HASH_BYTES);
  pair[0] = 1;
  return {
    emptyRoot: sha256(new Uint8Array(0)),
    leaf: (entry) => {
      if (entry.length >= leaf.length) leaf = new Uint8Array(1 + 2 * entry.length);
      leaf.set(entry, 1);
      return sha256(leaf.subarray(0, 1 + entry.length));
    },
    node: (left, right) => {
      pair.set(left, 1);
      pair.set(right, 1 + HASH_BYTES);
      return sha256(pair);
    },
  };
}
