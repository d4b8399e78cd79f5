import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { explainFileError, systemCode } from './persistence-error.js';
import { writeSecretFile } from './secret-file.js';

const DIGEST = /^sha256:([0-9a-f]{64})$/;

/** Reduced copies of pictures that were checked and not filed, by the digest of the picture itself. */
export interface CheckedPictureFiles {
  /** One copy a picture; the same again replaces it. */
  put(pictureDigest: string, copy: Uint8Array): Promise<void>;
  /** Undefined where there is none, or no more. */
  get(pictureDigest: string): Promise<Uint8Array | undefined>;
}

/**
 * The copies below `folder`, each in a file named after the picture's digest: <first two digits>/<64 digits>.jpg, mode 0600. Whoever runs
 * the node may remove any of them at any time.
 */
export function createCheckedPictures(folder: string): CheckedPictureFiles {
  const pathOf = (pictureDigest: string): string => {
    const hex = DIGEST.exec(pictureDigest)?.[1];
    if (hex === undefined) throw new RangeError(`pictureDigest: ${pictureDigest} is no digest`);
    return join(folder, hex.slice(0, 2), `${hex}.jpg`);
  };
  return {
    async put(pictureDigest, copy) {
      const path = pathOf(pictureDigest);
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeSecretFile(path, copy);
      } catch (error) {
        throw explainFileError(error, path);
      }
    },
    async get(pictureDigest) {
      const path = pathOf(pictureDigest);
      try {
        return await readFile(path);
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw explainFileError(error, path);
      }
    },
  };
}
