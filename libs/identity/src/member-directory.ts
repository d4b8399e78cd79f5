import {
  FederationLogError,
  keysFor,
  publicKeyOf,
  signingKeySchema,
  trustSchema,
  verifyDirectory,
  type Directory,
  type PublicKey,
  type SigningKey,
} from '#libs/federation-log';
import { z } from 'zod';
import { parseJsonFile, readOpenFile, readSecretFile } from './files.js';
import { nameOf, type Party } from './party.js';
import { StartError } from './start-error.js';

/**
 * The member directory, verified by the trust file.
 * @throws StartError if a file is missing or damaged, or too few founders signed
 */
export async function loadDirectory(directoryFile: string, trustFile: string): Promise<Directory> {
  const trust = parseJsonFile(trustFile, await readOpenFile(trustFile), trustSchema);
  const document = parseJsonFile(directoryFile, await readOpenFile(directoryFile), z.unknown());
  try {
    return await verifyDirectory(document, trust);
  } catch (cause) {
    if (!(cause instanceof FederationLogError)) throw cause;
    throw new StartError(
      directoryFile,
      `is not a valid directory (${cause.code}: ${cause.message})`,
      'get the directory in force from another member; check WEFT_TRUST_FILE',
      { cause },
    );
  }
}

/**
 * The keys that the directory names for a party's statements.
 * @throws StartError if the party is a province that is not a member
 */
export function keysOf(
  party: Party,
  { coordinator, epoch, members }: Directory,
  directoryFile: string,
): readonly PublicKey[] {
  if (party === 'coordinator') return keysFor(coordinator.keys, 'statement');
  const member = members.find((one) => one.province === party.province);
  if (member !== undefined) return keysFor(member.keys, 'statement');
  throw new StartError(
    directoryFile,
    `epoch ${epoch} has no member ${party.province}`,
    'set WEFT_PROVINCE to a member, or load the directory that names this one',
  );
}

/**
 * The key that signs a party's statements; it must be among those that the directory names.
 * @throws StartError if the file is missing, damaged or too open, or holds another key
 */
export async function loadSigningKey(
  party: Party,
  file: string,
  named: readonly PublicKey[],
  epoch: number,
): Promise<SigningKey> {
  const key = parseJsonFile(file, await readSecretFile(file), signingKeySchema);
  const { kid, x } = publicKeyOf(key);
  if (named.some((one) => one.kid === kid && one.x === x)) return key;
  throw new StartError(
    file,
    `is not a key of ${nameOf(party)} in the directory of epoch ${epoch}`,
    'use the key that the directory names, or have this one entered in the next epoch',
  );
}
