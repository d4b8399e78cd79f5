import {
  FederationLogError,
  publicKeyOf,
  signingKeySchema,
  trustSchema,
  verifyDirectory,
  type Directory,
  isValidAt,
  keysFor,
  partiesOf,
  signedDirectorySchema,
  directoryDigest,
  type KeyUse,
  type SigningKey,
  type SignedDirectory,
  type Trust,
  type UnderstoodKey,
} from '#libs/federation-log';
import { parseJsonFile, readOpenFile, readSecretFile } from './files.js';
import { nodeLogCrypto } from './log-crypto.js';
import { nameOf, type Party } from './party.js';
import { StartError } from './start-error.js';

/** A verified directory and the digest that names it. */
export interface LoadedDirectory {
  readonly directory: Directory;
  /** As the founders signed it. */
  readonly signed: SignedDirectory;
  /** "sha256:" and 64 hex digits. */
  readonly digest: string;
  /** The founders by whom it was verified. */
  readonly trust: Trust;
}

/**
 * The member directory, verified by the trust file.
 * @throws StartError if a file is missing or damaged, or too few founders signed
 */
export async function loadDirectory(directoryFile: string, trustFile: string): Promise<LoadedDirectory> {
  const trust = parseJsonFile(trustFile, await readOpenFile(trustFile), trustSchema);
  const document = parseJsonFile(directoryFile, await readOpenFile(directoryFile), signedDirectorySchema);
  try {
    const directory = await verifyDirectory(document, trust);
    return { directory, signed: document, digest: directoryDigest(nodeLogCrypto.sha256, document), trust };
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

/** The keys of a party, those of one use among them. */
export interface NamedKeys {
  readonly party: Party;
  readonly use: KeyUse;
  readonly epoch: number;
  readonly keys: readonly UnderstoodKey[];
}

/**
 * The keys that the directory names for a party and a use.
 * @throws StartError if the party is a province that is not a member
 */
export function keysOf(party: Party, use: KeyUse, directory: Directory, directoryFile: string): NamedKeys {
  const name = party === 'coordinator' ? party : party.province;
  const found = partiesOf(directory).find((one) => one.party === name);
  if (found) return { party, use, epoch: directory.epoch, keys: keysFor(found.keys, use) };
  throw new StartError(
    directoryFile,
    `epoch ${directory.epoch} has no member ${name}`,
    'set WEFT_PROVINCE to a member, or load the directory that names this one',
  );
}

/**
 * A party's key for one use; it must be among those that the directory names, in force and not revoked.
 * @throws StartError if the file is missing, damaged or too open, or holds another key
 */
export async function loadSigningKey(file: string, named: NamedKeys, now: Date): Promise<SigningKey> {
  const key = parseJsonFile(file, await readSecretFile(file), signingKeySchema);
  const { kid, x } = publicKeyOf(key);
  const entered = named.keys.find((one) => one.kid === kid && one.x === x);
  const whose = `a key of ${nameOf(named.party)} in the directory of epoch ${named.epoch}`;
  if (entered === undefined) {
    throw new StartError(
      file,
      `is not ${whose}`,
      'use the key that the directory names, or have this one entered in the next epoch',
    );
  }
  if (entered.revoked !== undefined || !isValidAt(entered, now)) {
    throw new StartError(
      file,
      `is ${whose} that is revoked, or not in force`,
      `make a new one with "weft keys rotate --use ${named.use}" and have it entered in the next epoch`,
    );
  }
  return key;
}
