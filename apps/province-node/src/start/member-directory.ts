import { join } from 'node:path';
import {
  createStatementSigner,
  createStatementVerifier,
  type Directory,
  directoryView,
  FederationLogError,
  publicKeyOf,
  type SigningKey,
  signingKeySchema,
  type StatementSigner,
  type StatementVerifier,
  trustSchema,
  verifyDirectory,
} from '#libs/federation-log';
import type { DirectoryView } from '#libs/registry';
import { z } from 'zod';
import { type NodeConfig, StartError } from '../config.js';
import { readOpenFile, readSecretFile } from './secret-files.js';

/** The directory in force and this node's place in it. */
export interface Membership {
  readonly directory: Directory;
  readonly view: DirectoryView;
  readonly signer: StatementSigner;
  readonly verifier: StatementVerifier;
}

/**
 * Reads the member directory, verifies it by the trust file, and makes sure that this node is the member it says it is.
 * @param modelDigest of the model that this node computes fingerprints with
 * @throws StartError if a file is missing or damaged, too few founders signed, this province or its key is not in the
 *   directory, or the bureaus agreed on another model
 */
export async function loadMembership(
  config: Pick<NodeConfig, 'province' | 'directoryFile' | 'trustFile' | 'keysDir'>,
  modelDigest: string,
): Promise<Membership> {
  const trust = await readJson(config.trustFile, trustSchema, readOpenFile);
  const document = await readJson(config.directoryFile, z.unknown(), readOpenFile);
  const directory = await verified(config.directoryFile, () => verifyDirectory(document, trust));
  const keyFile = join(config.keysDir, 'signing.jwk');
  const key = await readJson(keyFile, signingKeySchema, readSecretFile);
  assertMember(config, directory, key, keyFile);
  if (directory.calibration.modelDigest !== modelDigest) {
    throw new StartError(
      config.directoryFile,
      `epoch ${directory.epoch} is calibrated for model ${directory.calibration.modelDigest}, and this node computes ${modelDigest}`,
      'run the version that the federation agreed on, or load the directory of its next epoch',
    );
  }
  return {
    directory,
    view: directoryView(directory),
    signer: await createStatementSigner(key),
    verifier: createStatementVerifier(directory),
  };
}

function assertMember(
  { province, directoryFile }: Pick<NodeConfig, 'province' | 'directoryFile'>,
  { epoch, members }: Directory,
  key: SigningKey,
  keyFile: string,
): void {
  const member = members.find((one) => one.province === province);
  if (member === undefined) {
    throw new StartError(
      directoryFile,
      `epoch ${epoch} has no member ${province}`,
      'set WEFT_PROVINCE to a member, or load the directory that names this one',
    );
  }
  const { kid, x } = publicKeyOf(key);
  if (!member.keys.some((one) => one.kid === kid && one.x === x)) {
    throw new StartError(
      keyFile,
      `is not a key of ${province} in the directory of epoch ${epoch}`,
      'use the key that the directory names, or have this one entered in the next epoch',
    );
  }
}

async function verified(file: string, verify: () => Promise<Directory>): Promise<Directory> {
  try {
    return await verify();
  } catch (cause) {
    if (!(cause instanceof FederationLogError)) throw cause;
    throw new StartError(
      file,
      `is not a valid directory (${cause.code}: ${cause.message})`,
      'get the directory in force from another member; check WEFT_TRUST_FILE',
      { cause },
    );
  }
}

async function readJson<T>(
  file: string,
  schema: z.ZodType<T>,
  read: (file: string) => Promise<Buffer>,
): Promise<T> {
  const content = await read(file);
  try {
    return schema.parse(JSON.parse(content.toString('utf8')));
  } catch (cause) {
    // Neither the parser's message nor zod's is repeated: they may quote what stands in the file.
    throw new StartError(file, 'has not its form', 'restore it from where it was made', { cause });
  }
}
