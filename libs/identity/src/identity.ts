import { join } from 'node:path';
import {
  createStatementSigner,
  createStatementVerifier,
  isValidAt,
  type Directory,
  type KeyRule,
  type SignedDirectory,
  type StatementSigner,
  type StatementVerifier,
  type Trust,
} from '#libs/federation-log';
import { nodeLogCrypto, signBytesBy } from './log-crypto.js';
import { loadTlsFiles, type TlsFiles } from './certificate.js';
import { keysOf, loadDirectory, loadSigningKey } from './member-directory.js';
import type { PartyConfig } from './party-config.js';
import type { Party } from './party.js';
import { RevocationFile } from './revocation-file.js';

/** A party that has proved to this process who it is, and the directory that it obeys. */
export interface Identity {
  /** Signed by enough founders. */
  readonly directory: Directory;
  /** The same, as they signed it. */
  readonly signedDirectory: SignedDirectory;
  /** Names that directory: "sha256:" and 64 hex digits. */
  readonly directoryDigest: string;
  /** The founders who signed it. */
  readonly trust: Trust;
  /** Signs as the party, by a key that the directory names. */
  readonly signer: StatementSigner;
  /** Verifies by the directory's keys in force. */
  readonly verifier: StatementVerifier;
  /** With what is revoked, where a list is configured: whoever makes or takes calls asks it. */
  readonly tls: TlsFiles & { readonly revocations: RevocationFile | undefined };
}

/**
 * Reads the directory and the party's keys and certificate, and verifies them.
 * @param now the machine's clock: certificate and keys must be in force, and what keys sign counts while they are
 * @throws StartError that names the file, its problem and the remedy
 */
export async function loadIdentity(
  party: Party,
  files: Pick<PartyConfig, 'directoryFile' | 'trustFile' | 'keysDir'> &
    Partial<Pick<PartyConfig, 'revocationsFile'>>,
  now: () => Date,
): Promise<Identity> {
  const { directory, signed, digest, trust } = await loadDirectory(files.directoryFile, files.trustFile);
  const named = keysOf(party, 'statement', directory, files.directoryFile);
  const key = await loadSigningKey(join(files.keysDir, 'signing.jwk'), named, now());
  const revocations = files.revocationsFile
    ? new RevocationFile(files.revocationsFile, trust, now, () => performance.now())
    : undefined;
  await revocations?.look();
  const inForce: KeyRule = (one) =>
    one.revoked === undefined && isValidAt(one, now()) && !revocations?.isKeyRevoked(one.kid);
  return {
    directory,
    signedDirectory: signed,
    directoryDigest: digest,
    trust,
    signer: await createStatementSigner(key, signBytesBy(key)),
    verifier: createStatementVerifier(directory, inForce, nodeLogCrypto.ed25519),
    tls: { ...(await loadTlsFiles(party, files.keysDir, now())), revocations },
  };
}
