import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createFingerprintPool } from '#libs/fingerprint';
import {
  createAuditLog,
  createDataSource,
  createDepositCopies,
  createRegistry,
  migrate,
} from '#libs/persistence';
import { findProvince, type Actor, type ImportDesk } from '#libs/registry';
import { type OpenProvince } from '../home/province-home.js';

const MOST_ROWS_AHEAD = 16;

/** Who imports, as the federation log names it. */
export const IMPORTER: Actor = { kind: 'program', name: 'weft import' };

/** A province's registry, opened to import into it. */
export interface OpenImportDesk extends ImportDesk {
  /** Pictures that are fingerprinted at once. */
  readonly threads: number;
  close(): Promise<void>;
}

/**
 * Opens the registry of a province whose database runs, and starts the fingerprint threads.
 * @throws PersistenceError; Error if the model's file is missing
 */
export async function openImportDesk({
  home,
  databaseUrlFile,
  depositCopiesDir,
}: OpenProvince): Promise<OpenImportDesk> {
  const province = findProvince(home.province);
  if (!province) throw new Error(`${home.province} is no province`);
  const dataSource = await createDataSource(readFileSync(databaseUrlFile, 'utf8').trim());
  try {
    await migrate(dataSource);
    const fingerprinter = await createFingerprintPool();
    return {
      province,
      registry: createRegistry(dataSource, province.id),
      depositCopies: createDepositCopies(depositCopiesDir),
      fingerprinter,
      log: createAuditLog(dataSource, province.id),
      clock: { now: () => new Date() },
      random: {
        uuid: randomUUID,
        nonce: () => randomBytes(16).toString('base64url'),
        salt: () => randomBytes(32).toString('hex'),
      },
      digest: (data) => `sha256:${createHash('sha256').update(data).digest('hex')}`,
      rowsAhead: Math.min(MOST_ROWS_AHEAD, fingerprinter.capacity),
      threads: fingerprinter.threads,
      async close() {
        await fingerprinter.close();
        await dataSource.destroy();
      },
    };
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
