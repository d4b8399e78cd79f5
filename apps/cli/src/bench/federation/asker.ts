import { PostgresChecks, PostgresReceipts } from '#libs/persistence';
import {
  checkBatch,
  checkFingerprint,
  type Check,
  type FingerprintedPicture,
  type StoredFingerprint,
} from '#libs/registry';
import { openAsking } from '../../home/asking.js';
import { type ProvinceHome, type WeftHome } from '../../home/weft-home.js';

const CANDIDATES = 10;
const BUDGET_MS = 8_000;
const PROGRAM = 'weft bench';

/** A province that asks from a ready fingerprint: with its own keys, over its own connections, and into its own log. */
export interface Asker {
  check(fingerprint: StoredFingerprint): Promise<Check>;
  /** Checks many on one stream; each is given as it comes. */
  batch(fingerprints: readonly StoredFingerprint[]): AsyncIterable<Check>;
  /** Keeps a check as its node does, which then gets its receipts. */
  keep(check: Check, fingerprint: StoredFingerprint): Promise<void>;
  /** Of the checks kept that were asked from `since` on. */
  receipts: Pick<PostgresReceipts, 'waits' | 'ofCheck'>;
  close(): Promise<void>;
}

/**
 * Opens what a province's node asks with; its database runs.
 * @param poolSize connections to it
 */
export async function openAsker(home: WeftHome, province: ProvinceHome, poolSize = 2): Promise<Asker> {
  const { deps, dataSource, close } = await openAsking(home, province, poolSize, (whole) => whole);
  const checks = new PostgresChecks(dataSource);
  const pictured = (fingerprint: StoredFingerprint): FingerprintedPicture => ({
    pattern: {
      pictureDigest: deps.digest(fingerprint.bytes),
      mediaType: 'image/png',
      width: 384,
      height: 384,
    },
    fingerprint,
  });
  const asking = {
    actor: { kind: 'program', name: PROGRAM },
    limit: CANDIDATES,
    budgetMs: BUDGET_MS,
  } as const;
  return {
    check: (fingerprint) => checkFingerprint(deps, { ...asking, fingerprinted: pictured(fingerprint) }),
    async *batch(fingerprints) {
      const pictures = fingerprints.map((one, place) => ({
        name: String(place),
        fingerprinted: pictured(one),
      }));
      for await (const { check } of checkBatch(deps, { ...asking, pictures })) yield check;
    },
    keep: (check, fingerprint) => checks.save(check, PROGRAM, pictured(fingerprint)),
    receipts: new PostgresReceipts(dataSource),
    close,
  };
}
