import { join } from 'node:path';
import {
  createStatementSigner,
  createStatementVerifier,
  type Directory,
  type StatementSigner,
  type StatementVerifier,
} from '#libs/federation-log';
import { loadTlsFiles, type TlsFiles } from './certificate.js';
import { keysOf, loadDirectory, loadSigningKey } from './member-directory.js';
import type { PartyConfig } from './party-config.js';
import type { Party } from './party.js';

/** A party that has proved to this process who it is, and the directory that it obeys. */
export interface Identity {
  /** Signed by enough founders. */
  readonly directory: Directory;
  /** Signs as the party, by a key that the directory names. */
  readonly signer: StatementSigner;
  /** Verifies by the directory's keys. */
  readonly verifier: StatementVerifier;
  readonly tls: TlsFiles;
}

/**
 * Reads the directory and the party's keys and certificate, and verifies them.
 * @param now a certificate must not have expired by then
 * @throws StartError that names the file, its problem and the remedy
 */
export async function loadIdentity(
  party: Party,
  files: Pick<PartyConfig, 'directoryFile' | 'trustFile' | 'keysDir'>,
  now: Date,
): Promise<Identity> {
  const directory = await loadDirectory(files.directoryFile, files.trustFile);
  const named = keysOf(party, directory, files.directoryFile);
  const key = await loadSigningKey(party, join(files.keysDir, 'signing.jwk'), named, directory.epoch);
  return {
    directory,
    signer: await createStatementSigner(key),
    verifier: createStatementVerifier(directory),
    tls: await loadTlsFiles(party, files.keysDir, now),
  };
}
