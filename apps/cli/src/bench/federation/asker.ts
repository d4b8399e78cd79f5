import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { directoryView } from '#libs/federation-log';
import { loadIdentity } from '#libs/identity';
import { createAuditLog, createDataSource, PostgresChecks, PostgresReceipts } from '#libs/persistence';
import {
  checkBatch,
  checkFingerprint,
  type Check,
  type FingerprintedPicture,
  type StoredFingerprint,
} from '#libs/registry';
import { createFederationClient, createMetadataClient } from '#libs/rpc';
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
export async function openAsker(
  home: WeftHome,
  { province, folder, databaseUrl }: ProvinceHome,
  poolSize = 2,
): Promise<Asker> {
  const files = {
    keysDir: folder,
    directoryFile: home.federation.directory,
    trustFile: home.federation.trust,
  };
  const { directory, signer, verifier, tls } = await loadIdentity({ province }, files, () => new Date());
  const dataSource = await createDataSource(readFileSync(databaseUrl, 'utf8').trim(), { poolSize });
  const checks = new PostgresChecks(dataSource);
  const federation = createFederationClient(directory, tls);
  const metadata = createMetadataClient(directory, tls);
  const pictured = (fingerprint: StoredFingerprint): FingerprintedPicture => ({
    pattern: {
      pictureDigest: deps.digest(fingerprint.bytes),
      mediaType: 'image/png',
      width: 384,
      height: 384,
    },
    fingerprint,
  });
  const deps = {
    province,
    directory: directoryView(directory),
    federation,
    metadata,
    signer,
    verifier,
    log: createAuditLog(dataSource, province),
    digest: (data: string | Uint8Array) => `sha256:${createHash('sha256').update(data).digest('hex')}`,
    sentOf: (fingerprint: Uint8Array) => fingerprint,
    clock: { now: () => new Date() },
    random: {
      uuid: randomUUID,
      nonce: () => randomBytes(16).toString('base64url'),
      salt: () => randomBytes(32).toString('hex'),
    },
  };
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
    async close() {
      federation.close();
      metadata.close();
      await dataSource.destroy();
    },
  };
}
