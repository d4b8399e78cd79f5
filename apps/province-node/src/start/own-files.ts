import { randomBytes } from 'node:crypto';
import { access, constants, open, stat } from 'node:fs/promises';
import { errnoCode, explainFileError, readSecretFile, StartError } from '#libs/identity';

const SESSION_KEY_BYTES = 32;

/**
 * Makes a file of mode 0600 that did not exist before.
 * @returns false if there is one already
 * @throws StartError if it cannot be written
 */
export async function createSecretFile(file: string, content: string | Uint8Array): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return true;
  } catch (cause) {
    if (errnoCode(cause) === 'EEXIST') return false;
    throw explainFileError(file, cause);
  }
}

/**
 * Makes sure that files can be made in a folder.
 * @throws StartError if it is missing, no folder, or this user may not write there
 */
export async function assertWritableFolder(folder: string): Promise<void> {
  try {
    if (!(await stat(folder)).isDirectory())
      throw new StartError(folder, 'is not a folder', 'name a folder in its place');
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw cause instanceof StartError ? cause : explainFileError(folder, cause);
  }
}

/**
 * The key that signs this node's sessions; made on the first start.
 * @returns 32 bytes
 * @throws StartError if the file is damaged, too open, or cannot be made
 */
export async function sessionKey(file: string): Promise<Uint8Array> {
  await createSecretFile(file, `${randomBytes(SESSION_KEY_BYTES).toString('base64url')}\n`);
  const key = Buffer.from((await readSecretFile(file)).toString('utf8').trim(), 'base64url');
  if (key.length !== SESSION_KEY_BYTES) {
    throw new StartError(
      file,
      'is not a session key of 32 bytes in base64url',
      'remove it: a new one is made, and all sessions end',
    );
  }
  return key;
}
