import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  addSignature,
  assertFollows,
  changeDirectory,
  directoryChangeSchema,
  directoryDigest,
  FederationLogError,
  generateSigningKey,
  partiesOf,
  publicKeyOf,
  readProposal,
  signDirectory,
  signedDirectorySchema,
  signingKeySchema,
  trustSchema,
  trustedLogs,
  verifyDirectory,
  keysFor,
  type Directory,
  type DirectoryChange,
  type KeyUse,
  type SignedDirectory,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { type z } from 'zod';
import { explainFileError, readJsonIfThere, writeWhole } from '../home/files.js';
import { type PartyHome, type WeftHome } from '../home/weft-home.js';
import { Problem } from '../problem.js';

/** Days that a replaced key stays in force, so that parties can take up the new directory one after the other. */
const OVERLAP_DAYS = 7;
const KEY_DAYS = 730;
const DAY_MS = 86_400_000;

const KEY_FILES = { statement: 'signing', log: 'log', witness: 'witness' } as const satisfies Record<
  KeyUse,
  string
>;

/** A directory under whichever signatures, and the digest that names it. */
export interface NamedDirectory {
  readonly directory: Directory;
  /** "sha256:" and 64 hex digits. */
  readonly digest: string;
}

/**
 * Writes the next epoch as a change makes it, under one bureau's signature.
 * @param keyFile founder.jwk of the bureau that proposes
 * @throws Problem naming the file, or what the change has wrong
 */
export async function proposeDirectory(
  home: WeftHome,
  files: { readonly change: string; readonly keyFile: string; readonly out: string },
  now: Date,
): Promise<NamedDirectory> {
  const before = await verified(home, home.federation.directory);
  const change = read(files.change, directoryChangeSchema);
  const key = read(files.keyFile, signingKeySchema);
  const document = await told(files.change, async () => {
    const next = changeDirectory(before.directory, before.digest, change, now);
    // A witness's key that is none is to fail here, and not at every node's start.
    trustedLogs(next, nodeLogCrypto);
    return signDirectory(next, [key]);
  });
  writeJson(files.out, document);
  return nameOf(files.out, document);
}

/**
 * Adds one bureau's signature to a proposal, in its file.
 * @throws Problem naming the file
 */
export async function signProposal(file: string, keyFile: string): Promise<NamedDirectory> {
  const document = read(file, signedDirectorySchema);
  const key = read(keyFile, signingKeySchema);
  const signed = await told(file, () => addSignature(document, key));
  writeJson(file, signed);
  return nameOf(file, signed);
}

/**
 * A directory that enough founders signed.
 * @throws Problem naming the file and what is wrong: a signature, too few of them, the form
 */
export async function verified(home: WeftHome, file: string): Promise<NamedDirectory> {
  const trust = read(home.federation.trust, trustSchema);
  const document = read(file, signedDirectorySchema);
  const directory = await told(file, () => verifyDirectory(document, trust));
  return { directory, digest: directoryDigest(nodeLogCrypto.sha256, document) };
}

/**
 * Puts a directory in force in a home, beside those of the epochs before, and with it the parties' new keys that it names. The
 * processes take it up when they start.
 * @throws Problem if it is not signed by enough founders, or does not follow the one in force; nothing is changed then
 */
export async function installDirectory(home: WeftHome, file: string): Promise<NamedDirectory> {
  const next = await verified(home, file);
  const before = await verified(home, home.federation.directory);
  await told(file, async () => assertFollows(next.directory, before));
  const document = read(file, signedDirectorySchema);
  writeJson(join(home.federation.epochs, `${next.directory.epoch}.json`), document);
  for (const { party, keys } of partiesOf(next.directory)) {
    const { folder } = party === 'coordinator' ? home.coordinator : home.province(party);
    for (const use of ['statement', 'log', 'witness'] as const) {
      promote(folder, use, new Set(keysFor(keys, use).map(({ kid }) => kid)));
    }
  }
  writeJson(home.federation.directory, document);
  return next;
}

/**
 * Makes a new key for one use beside the one in use, and writes the change that enters it. Until a directory with it is
 * installed the party goes on with its key.
 * @returns the change, which ends the key before seven days from now
 * @throws Problem naming the file, or if the directory in force has no such party
 */
export async function rotateKey(
  home: WeftHome,
  { party, use, out }: { readonly party: string; readonly use: KeyUse; readonly out: string },
  now: Date,
): Promise<DirectoryChange> {
  const { directory } = await verified(home, home.federation.directory);
  const entered = partiesOf(directory).find((one) => one.party === party);
  if (!entered)
    throw new Problem('party', `${party} is not in the directory`, 'name a member or coordinator');
  const own: PartyHome = party === 'coordinator' ? home.coordinator : home.province(party);
  const file = nextKeyFile(own.folder, use);
  if (existsSync(file)) {
    throw new Problem(file, 'is there already', 'install the directory that names it, or remove it');
  }
  const key = await generateSigningKey();
  writeJson(file, key);
  const at = (days: number): string => new Date(now.getTime() + days * DAY_MS).toISOString();
  const end = at(OVERLAP_DAYS);
  const change = directoryChangeSchema.parse({
    addKeys: [{ party, key: { use, ...publicKeyOf(key), notBefore: at(0), notAfter: at(KEY_DAYS) } }],
    endKeys: keysFor(entered.keys, use)
      .filter(({ notAfter }) => notAfter === undefined || notAfter > end)
      .map(({ kid }) => ({ party, kid, notAfter: end })),
  });
  writeJson(out, change);
  return change;
}

function promote(folder: string, use: KeyUse, named: ReadonlySet<string>): void {
  const file = nextKeyFile(folder, use);
  const key = readJsonIfThere(file, signingKeySchema);
  if (key === undefined || !named.has(key.kid)) return;
  try {
    renameSync(file, join(folder, `${KEY_FILES[use]}.jwk`));
  } catch (error) {
    throw explainFileError(error, file);
  }
}

function nextKeyFile(folder: string, use: KeyUse): string {
  return join(folder, `${KEY_FILES[use]}.next.jwk`);
}

function nameOf(file: string, document: SignedDirectory): NamedDirectory {
  try {
    return { directory: readProposal(document), digest: directoryDigest(nodeLogCrypto.sha256, document) };
  } catch (error) {
    throw problemOf(file, error);
  }
}

function read<T>(file: string, schema: z.ZodType<T>): T {
  const value = readJsonIfThere(file, schema);
  if (value === undefined) throw new Problem(file, 'does not exist', 'check the path');
  return value;
}

function writeJson(file: string, value: unknown): void {
  writeWhole(file, `${JSON.stringify(value)}\n`);
}

async function told<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw problemOf(file, error);
  }
}

function problemOf(file: string, error: unknown): unknown {
  if (!(error instanceof FederationLogError)) return error;
  const remedy = 'compare it with what the bureaus agreed on, and propose it anew';
  return new Problem(file, error.message.replace(/\.$/, ''), remedy, { cause: error, code: error.code });
}
