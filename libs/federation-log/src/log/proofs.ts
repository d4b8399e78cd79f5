import { FederationLogError } from '../errors.js';
import { sameBytes } from './bytes.js';
import { foldPeaks } from './frontier.js';
import { HASH_BYTES, type TreeHasher } from './hashing.js';
import { consistencyRanges, inclusionRanges, splitRange, type EntryRange, type NodeId } from './nodes.js';

/** Reads the roots of perfect subtrees, in the order asked. */
export type NodeReader = (nodes: readonly NodeId[]) => Promise<readonly Uint8Array[]>;

/**
 * The inclusion proof of the entry at `index` in the tree of `size` entries (RFC 6962, 2.1.1).
 * @throws FederationLogError OUT_OF_RANGE; what the reader throws
 */
export function proveInclusion(
  hasher: TreeHasher,
  index: number,
  size: number,
  read: NodeReader,
): Promise<Uint8Array[]> {
  return readRanges(hasher, inclusionRanges(index, size), read);
}

/**
 * The proof that the tree of `from` entries is the beginning of that of `to` entries (RFC 6962, 2.1.2).
 * @throws FederationLogError OUT_OF_RANGE; what the reader throws
 */
export function proveConsistency(
  hasher: TreeHasher,
  from: number,
  to: number,
  read: NodeReader,
): Promise<Uint8Array[]> {
  return readRanges(hasher, consistencyRanges(from, to), read);
}

/** The root of the tree of `size` entries. @throws FederationLogError OUT_OF_RANGE; what the reader throws */
export async function readRoot(hasher: TreeHasher, size: number, read: NodeReader): Promise<Uint8Array> {
  const [root] = await readRanges(hasher, [{ start: 0, end: size }], read);
  return root ?? hasher.emptyRoot;
}

async function readRanges(
  hasher: TreeHasher,
  ranges: readonly EntryRange[],
  read: NodeReader,
): Promise<Uint8Array[]> {
  const nodes = ranges.map(({ start, end }) => splitRange(start, end));
  const hashes = await read(nodes.flat());
  let at = 0;
  return nodes.map((part) => foldPeaks(hasher, hashes.slice(at, (at += part.length))));
}

/** What an inclusion proof claims. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  /** Leaf hash of the entry. */
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/**
 * Verifies that the entry stands at its index in the tree (RFC 9162, 2.1.3.2).
 * @throws FederationLogError OUT_OF_RANGE if the tree has no such entry; PROOF_FAILS
 */
export function verifyInclusion(hasher: TreeHasher, claim: InclusionClaim): void {
  const { index, size, leafHash, proof, root } = claim;
  const due = inclusionRanges(index, size).length;
  checkHashes([leafHash, root, ...proof]);
  if (proof.length !== due) {
    throw fails(`has ${proof.length} hashes; entry ${index} of ${size} needs ${due}`);
  }
  let position = index;
  let last = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (position % 2 === 1 || position === last) {
      hash = hasher.node(sibling, hash);
      while (position % 2 === 0 && position !== 0) {
        position /= 2;
        last = half(last);
      }
    } else {
      hash = hasher.node(hash, sibling);
    }
    position = half(position);
    last = half(last);
  }
  if (!sameBytes(hash, root)) throw fails('does not lead to the root');
}

/** What a consistency proof claims. */
export interface ConsistencyClaim {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Verifies that the tree of `from` entries is the beginning of that of `to` entries (RFC 9162, 2.1.4.2). The tree without
 * entries is the beginning of all, by an empty proof.
 * @throws FederationLogError OUT_OF_RANGE if the first is larger; PROOF_FAILS
 */
export function verifyConsistency(hasher: TreeHasher, claim: ConsistencyClaim): void {
  const { from, to, fromRoot, toRoot, proof } = claim;
  const due = consistencyRanges(from, to).length;
  checkHashes([fromRoot, toRoot, ...proof]);
  if (proof.length !== due) {
    throw fails(`has ${proof.length} hashes; from ${from} to ${to} entries it needs ${due}`);
  }
  if (from === 0 && !sameBytes(fromRoot, hasher.emptyRoot))
    throw fails('starts at a root that no empty tree has');
  if (from === to && !sameBytes(fromRoot, toRoot)) throw fails('has two roots for one size');
  if (due === 0) return;
  const [earlier, later] = climb(hasher, claim);
  if (!sameBytes(earlier, fromRoot)) throw fails('does not lead to the earlier root');
  if (!sameBytes(later, toRoot)) throw fails('does not lead to the later root');
}

/** Both roots that a consistency proof of the right length leads to. */
function climb(
  hasher: TreeHasher,
  { from, to, fromRoot, proof }: ConsistencyClaim,
): [Uint8Array, Uint8Array] {
  let position = from - 1;
  let last = to - 1;
  while (position % 2 === 1) {
    position = half(position);
    last = half(last);
  }
  // At a power of two the earlier root is itself the first hash, and the proof leaves it out.
  const [start = fromRoot, ...rest] = position === 0 ? [fromRoot, ...proof] : proof;
  let earlier = start;
  let later = start;
  for (const hash of rest) {
    if (position % 2 === 1 || position === last) {
      earlier = hasher.node(hash, earlier);
      later = hasher.node(hash, later);
      while (position % 2 === 0 && position !== 0) {
        position /= 2;
        last = half(last);
      }
    } else {
      later = hasher.node(later, hash);
    }
    position = half(position);
    last = half(last);
  }
  return [earlier, later];
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function checkHashes(hashes: readonly Uint8Array[]): void {
  if (hashes.some(({ length }) => length !== HASH_BYTES)) {
    throw fails(`holds a hash that has not ${HASH_BYTES} bytes`);
  }
}

function fails(why: string): FederationLogError {
  return new FederationLogError('PROOF_FAILS', `proof: ${why}.`);
}
