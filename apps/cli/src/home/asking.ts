import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { directoryView } from '#libs/federation-log';
import { loadIdentity } from '#libs/identity';
import { createAuditLog, createDataSource } from '#libs/persistence';
import type { CheckDependencies } from '#libs/registry';
import { createFederationClient, createMetadataClient } from '#libs/rpc';
import type { ProvinceHome, WeftHome } from './weft-home.js';

/** What a program on a province's own machine asks the federation with: the province's keys and connections, its log, its database. */
export interface Asking {
  readonly deps: CheckDependencies;
  readonly dataSource: Awaited<ReturnType<typeof createDataSource>>;
  close(): Promise<void>;
}

/**
 * Opens what a province's node asks with; its database runs.
 * @param poolSize connections to it
 * @param sentOf what of a fingerprint the other provinces are sent
 */
export async function openAsking(
  { federation: files }: Pick<WeftHome, 'federation'>,
  { province, folder, databaseUrl }: ProvinceHome,
  poolSize: number,
  sentOf: CheckDependencies['sentOf'],
): Promise<Asking> {
  const { directory, signer, verifier, tls } = await loadIdentity(
    { province },
    { keysDir: folder, directoryFile: files.directory, trustFile: files.trust },
    () => new Date(),
  );
  const dataSource = await createDataSource(readFileSync(databaseUrl, 'utf8').trim(), { poolSize });
  const federation = createFederationClient(directory, tls);
  const metadata = createMetadataClient(directory, tls);
  const deps: CheckDependencies = {
    province,
    directory: directoryView(directory),
    federation,
    metadata,
    signer,
    verifier,
    log: createAuditLog(dataSource, province),
    digest: (data) => `sha256:${createHash('sha256').update(data).digest('hex')}`,
    sentOf,
    clock: { now: () => new Date() },
    random: {
      uuid: randomUUID,
      nonce: () => randomBytes(16).toString('base64url'),
      salt: () => randomBytes(32).toString('hex'),
    },
  };
  return {
    deps,
    dataSource,
    async close() {
      federation.close();
      metadata.close();
      await dataSource.destroy();
    },
  };
}
