import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DepositCopies, RegistryError } from '#libs/registry';
import { PersistenceError, explainFileError, systemCode } from './persistence-error.js';
import { syncFolder, writeSecretFile } from './secret-file.js';

const DIGEST = /^sha256:([0-9a-f]{64})$/;

/**
 * The pictures as filed, below `folder`, each in a file named after its digest: <first two digits>/<64 digits>, mode 0600.
 * What is read back is checked against its digest.
 */
export function createDepositCopies(folder: string): DepositCopies {
  return {
    async put(pictureDigest, picture) {
      const path = pathOf(folder, pictureDigest);
      if (digestOf(picture) !== pictureDigest) {
        throw new RegistryError(
          'INVALID_INPUT',
          'pictureDigest',
          `${pictureDigest} is not the digest of the picture's bytes`,
          'send the picture again',
        );
      }
      try {
        const kept = await readIfThere(path);
        if (kept === undefined || digestOf(kept) !== pictureDigest) {
          await makeFolder(dirname(path));
          await writeSecretFile(path, picture);
        }
      } catch (error) {
        throw explainFileError(error, path);
      }
    },
    async get(pictureDigest) {
      const path = pathOf(folder, pictureDigest);
      const picture = await readIfThere(path).catch((error: unknown) => {
        throw explainFileError(error, path);
      });
      if (picture === undefined) {
        throw new RegistryError(
          'NOT_FOUND',
          'pictureDigest',
          `there is no deposit copy of ${pictureDigest}`,
          'look up the digest of a pattern in this registry',
        );
      }
      if (digestOf(picture) !== pictureDigest) {
        throw new PersistenceError(
          'DAMAGED',
          `the deposit copy ${path} was changed since it was filed`,
          'restore it from a backup, or put the same picture again',
        );
      }
      return picture;
    },
  };
}

function pathOf(folder: string, pictureDigest: string): string {
  const hex = DIGEST.exec(pictureDigest)?.[1];
  if (hex === undefined) {
    throw new RegistryError(
      'INVALID_INPUT',
      'pictureDigest',
      'is no digest of a picture',
      'write it as "sha256:" and 64 hex digits',
    );
  }
  return join(folder, hex.slice(0, 2), hex);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

async function makeFolder(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  if (made !== undefined) {
    await syncFolder(dirname(made));
    await syncFolder(dirname(path));
  }
}
