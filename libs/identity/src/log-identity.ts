import {
  createLogSigner,
  createNoteVerifier,
  createTreeHasher,
  ED25519_NOTE,
  keyTypes,
  logOriginOf,
  signingKeySchema,
  type Directory,
  type LogKeys,
  type NoteSigner,
} from '#libs/federation-log';
import { parseJsonFile, readSecretFile } from './files.js';
import { nodeLogCrypto, signBytesBy } from './log-crypto.js';
import { keysOf, loadSigningKey } from './member-directory.js';
import type { Party } from './party.js';

/** What a party signs its own log with. */
export interface LogIdentity extends LogKeys {
  readonly signer: NoteSigner;
}

/**
 * Reads the key of a party's own log. It also verifies by the keys before it: the newest checkpoint may be of one of them.
 * @param file log.jwk of its keys folder
 * @param inForce the directory that must name the key; without one the key stands for itself
 * @throws StartError if the file is missing, damaged or too open, or its key is none that the directory names
 */
export async function loadLogIdentity(
  party: Party,
  file: string,
  inForce?: { readonly directory: Directory; readonly now: Date },
): Promise<LogIdentity> {
  const named = inForce && keysOf(party, 'log', inForce.directory, file);
  const known = named?.keys ?? [];
  // A directory of before keys had uses names none for logs.
  const key =
    named && known.length > 0
      ? await loadSigningKey(file, named, inForce.now)
      : parseJsonFile(file, await readSecretFile(file), signingKeySchema);
  const origin = logOriginOf(party === 'coordinator' ? party : party.province);
  const publicKey = Buffer.from(key.x, 'base64url');
  const { sha256 } = nodeLogCrypto;
  const types = keyTypes(nodeLogCrypto);
  return {
    origin,
    hasher: createTreeHasher(sha256),
    signer: createLogSigner(sha256, origin, publicKey, signBytesBy(key)),
    keys: (known.length > 0 ? known : [key]).map(({ x }) =>
      createNoteVerifier(sha256, types, {
        name: origin,
        type: ED25519_NOTE,
        publicKey: Buffer.from(x, 'base64url'),
      }),
    ),
  };
}
