import {
  createCosigner,
  keysFor,
  signingKeySchema,
  witnessNameOf,
  type Directory,
  type NoteSigner,
} from '#libs/federation-log';
import { parseJsonFile, readSecretFile } from './files.js';
import { nodeLogCrypto, signBytesBy } from './log-crypto.js';
import { StartError } from './start-error.js';

/**
 * Reads the key by which a province cosigns the logs of others.
 * @param file witness.jwk of its keys folder
 * @throws StartError if the file is missing, damaged or too open, or the directory does not name its key
 */
export async function loadCosigner(
  province: string,
  file: string,
  { members, epoch }: Directory,
  now: () => Date,
): Promise<NoteSigner> {
  const key = parseJsonFile(file, await readSecretFile(file), signingKeySchema);
  const named = keysFor(members.find((one) => one.province === province)?.keys ?? [], 'witness');
  if (!named.some(({ kid, x }) => kid === key.kid && x === key.x)) {
    throw new StartError(
      file,
      `is not a key of ${province} as a witness in the directory of epoch ${epoch}`,
      'use the key that the directory names, or have this one entered in the next epoch',
    );
  }
  const seconds = () => Math.floor(now().getTime() / 1_000);
  const publicKey = Buffer.from(key.x, 'base64url');
  return createCosigner(nodeLogCrypto.sha256, witnessNameOf(province), publicKey, signBytesBy(key), seconds);
}
