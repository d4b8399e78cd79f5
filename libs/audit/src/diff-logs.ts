import {
  createTreeHasher,
  FederationLogError,
  parseCheckpoint,
  parseNote,
  sameBytes,
  splitEntryBundle,
  tilePath,
  tilesOfTree,
  type Checkpoint,
  type LogCrypto,
} from '#libs/federation-log';
import { readText } from './verify-log.js';
import type { LogFiles } from './walk-log.js';

/** How two copies of a log stand to each other. */
export interface LogDifference {
  readonly origin: string;
  readonly sizes: readonly [number, number];
  /** SAME; one is the PREFIX of the other; FORKED: they part. */
  readonly relation: 'SAME' | 'PREFIX' | 'FORKED';
  /** The first entry that only one has, or that differs; null if they are the same. */
  readonly at: number | null;
  /** Hex of the leaf hash of each at that entry; null where a copy has none. */
  readonly leaves: readonly [string | null, string | null];
}

/**
 * Compares two copies of a log, entry by entry. Their signatures are not verified: that is for `verifyLog`.
 * @throws FederationLogError MALFORMED if one is no log, or they are of two logs
 */
export async function diffLogs(crypto: LogCrypto, a: LogFiles, b: LogFiles): Promise<LogDifference> {
  const [first, second] = [await headOf(a, 'the first'), await headOf(b, 'the second')];
  if (first.origin !== second.origin) {
    throw new FederationLogError('MALFORMED', `logs: one is ${first.origin}, the other ${second.origin}.`);
  }
  const hasher = createTreeHasher(crypto.sha256);
  const sizes = [first.size, second.size] as const;
  const common = Math.min(...sizes);
  const difference = (
    relation: LogDifference['relation'],
    at: number | null,
    leaves: LogDifference['leaves'],
  ) => ({
    origin: first.origin,
    sizes,
    relation,
    at,
    leaves,
  });
  const bundles = tilesOfTree(Math.max(...sizes)).filter(({ level }) => level === 'entries');
  for (const { index } of bundles) {
    const [left, right] = [await entriesOf(a, index, first.size), await entriesOf(b, index, second.size)];
    for (let place = 0; place < Math.max(left.length, right.length); place += 1) {
      const at = index * 256 + place;
      const [mine, others] = [left[place], right[place]];
      if (mine && others && sameBytes(mine, others)) continue;
      const hash = (entry: Uint8Array | undefined): string | null =>
        entry ? hexOf(hasher.leaf(entry)) : null;
      return difference(at < common ? 'FORKED' : 'PREFIX', at, [hash(mine), hash(others)]);
    }
  }
  return difference('SAME', null, [null, null]);
}

async function headOf(files: LogFiles, which: string): Promise<Checkpoint> {
  const bytes = await files.read('checkpoint');
  const text = bytes && readText(bytes);
  if (text === null) throw new FederationLogError('MALFORMED', `${which} log has no checkpoint in UTF-8.`);
  return parseCheckpoint(parseNote(text).text);
}

async function entriesOf(files: LogFiles, index: number, size: number): Promise<Uint8Array[]> {
  const width = Math.max(0, Math.min(256, size - index * 256));
  if (width === 0) return [];
  const bytes =
    (await files.read(tilePath({ level: 'entries', index, width }))) ??
    (await files.read(tilePath({ level: 'entries', index, width: 256 })));
  if (bytes === null) {
    throw new FederationLogError(
      'MALFORMED',
      `logs: ${tilePath({ level: 'entries', index, width })} is missing.`,
    );
  }
  return splitEntryBundle(bytes).slice(0, width);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
