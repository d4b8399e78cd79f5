import { FederationLogError } from '../errors.js';

/** A perfect subtree: 2^level entries from `index` * 2^level on. */
export interface NodeId {
  /** 0 for one entry. */
  readonly level: number;
  readonly index: number;
}

/** Entries from `start` to before `end`. */
export interface EntryRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The perfect subtrees that make up a range which is itself a subtree of an RFC 6962 tree, left to right, largest first.
 * @throws FederationLogError OUT_OF_RANGE
 */
export function splitRange(start: number, end: number): NodeId[] {
  checkSize(start, 'start');
  checkSize(end, 'end');
  const nodes: NodeId[] = [];
  for (let at = start; at < end;) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2;
      level += 1;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/**
 * The subtrees whose roots are the inclusion proof of one entry (RFC 6962, 2.1.1), from the leaf's sibling up.
 * @throws FederationLogError OUT_OF_RANGE if the tree has no such entry
 */
export function inclusionRanges(index: number, size: number): EntryRange[] {
  checkSize(size, 'size');
  checkSize(index, 'index');
  if (index >= size) {
    throw new FederationLogError('OUT_OF_RANGE', `index: a tree of ${size} entries has none at ${index}.`);
  }
  const ranges: EntryRange[] = [];
  for (let start = 0, end = size; end - start > 1;) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/**
 * The subtrees whose roots are the consistency proof between two sizes (RFC 6962, 2.1.2).
 * @throws FederationLogError OUT_OF_RANGE if the first is larger
 */
export function consistencyRanges(from: number, to: number): EntryRange[] {
  checkSize(from, 'from');
  checkSize(to, 'to');
  if (from > to) {
    throw new FederationLogError(
      'OUT_OF_RANGE',
      `from: ${from} is more than the ${to} entries of the later tree.`,
    );
  }
  if (from === 0 || from === to) return [];
  const ranges: EntryRange[] = [];
  let start = 0;
  let end = to;
  while (from !== end) {
    const middle = start + splitPoint(end - start);
    if (from <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** The largest power of two smaller than `count` (2 or more): where RFC 6962 splits that many entries. */
function splitPoint(count: number): number {
  let width = 1;
  while (width * 2 < count) width *= 2;
  return width;
}

function checkSize(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new FederationLogError('OUT_OF_RANGE', `${name}: ${value} is not one of 0 to 2^53 - 1.`);
  }
}
