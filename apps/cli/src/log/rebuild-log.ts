import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createTreeHasher,
  FederationLogError,
  logOriginOf,
  trustedLogs,
  verifyCopy,
  type VerifiedCopy,
} from '#libs/federation-log';
import { loadDirectory, nodeLogCrypto } from '#libs/identity';
import { createDataSource, createLastSignedFile, migrate, restoreLog } from '#libs/persistence';
import { type ProvinceId } from '#libs/registry';
import { explainFileError } from '../home/files.js';
import { type WeftHome } from '../home/weft-home.js';
import { Problem } from '../problem.js';

/** A log that was put back out of a copy. */
export interface RebuiltLog {
  readonly origin: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
  /** Cosignatures under its checkpoint. */
  readonly cosignatures: number;
}

/**
 * Puts a province's log back into its database, where that log is empty, out of a copy in the layout of C2SP tlog-tiles: byte for
 * byte, after every entry was verified. What the log's key signed beyond the copy must be in a longer copy.
 * @param from a folder with a `checkpoint` and its tiles: a member's mirror, or an export
 * @throws Problem for a copy that is shorter than what was signed, is none, or does not verify; PersistenceError
 */
export async function rebuildLog(
  home: WeftHome,
  province: ProvinceId,
  databaseUrl: string,
  from: string,
): Promise<RebuiltLog> {
  const { directory } = await loadDirectory(home.federation.directory, home.federation.trust);
  const log = trustedLogs(directory, nodeLogCrypto).get(logOriginOf(province));
  if (!log) throw new Problem('--province', `${province} is no member`, 'name a member of the directory');
  const copy = await verified(from, () =>
    verifyCopy(createTreeHasher(nodeLogCrypto.sha256), log, async (path) => {
      try {
        return await readFile(join(from, path));
      } catch (error) {
        throw explainFileError(error, join(from, path));
      }
    }),
  );
  const { checkpoint, cosignatures } = copy;
  const lastSigned = createLastSignedFile(join(home.province(province).folder, 'log-signed.json'));
  const signed = await lastSigned.read();
  if (signed && signed.size > checkpoint.size) {
    throw new Problem(
      from,
      `has ${checkpoint.size} entries, and ${signed.size} were signed`,
      "take the copy of the member that has most of them: see its mirrors/, or its 'weft status'",
    );
  }
  const dataSource = await createDataSource(databaseUrl);
  try {
    await migrate(dataSource);
    await restoreLog(dataSource, province, copy);
  } finally {
    await dataSource.destroy();
  }
  await lastSigned.write(checkpoint);
  const root = Buffer.from(checkpoint.root).toString('hex');
  return { origin: log.origin, size: checkpoint.size, root, cosignatures: cosignatures.size };
}

async function verified(from: string, work: () => Promise<VerifiedCopy>): Promise<VerifiedCopy> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FederationLogError)) throw error;
    throw new Problem(from, `cannot be trusted (${error.code}: ${error.message})`, 'take another copy', {
      cause: error,
    });
  }
}
