import {
  createLogSigner,
  createNoteVerifier,
  createTreeHasher,
  ED25519_NOTE,
  keyTypes,
  logOriginOf,
  signingKeySchema,
  type LogKeys,
  type NoteSigner,
} from '#libs/federation-log';
import { parseJsonFile, readSecretFile } from './files.js';
import { nodeLogCrypto, signBytesBy } from './log-crypto.js';
import type { Party } from './party.js';

/** What a party signs its own log with. */
export interface LogIdentity extends LogKeys {
  readonly signer: NoteSigner;
}

/**
 * Reads the key of a party's own log.
 * @param file log.jwk of its keys folder
 * @throws StartError if the file is missing, damaged or too open
 */
export async function loadLogIdentity(party: Party, file: string): Promise<LogIdentity> {
  const key = parseJsonFile(file, await readSecretFile(file), signingKeySchema);
  const origin = logOriginOf(party === 'coordinator' ? party : party.province);
  const publicKey = Buffer.from(key.x, 'base64url');
  const { sha256 } = nodeLogCrypto;
  const types = keyTypes(nodeLogCrypto);
  return {
    origin,
    hasher: createTreeHasher(sha256),
    signer: createLogSigner(sha256, origin, publicKey, signBytesBy(key)),
    keys: [createNoteVerifier(sha256, types, { name: origin, type: ED25519_NOTE, publicKey })],
  };
}
