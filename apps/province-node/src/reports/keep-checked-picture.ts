import type { CheckedPictureFiles } from '#libs/persistence';
import type { CheckedPictures, RegistryReader } from '#libs/registry';
import { printPicture } from '#libs/report';
import type { Logger } from 'pino';

/** Longest side of a kept copy, pixels: enough to print and to compare (384), and at most some 300 KB. */
const SIDE = 1_000;

/**
 * Keeps a reduced copy of what was checked, unless it is in the registry. A report without the examined picture is no report; what cannot
 * be kept does not make a check fail.
 */
export function createPictureKeeper(
  registry: Pick<RegistryReader, 'findPatternByDigest'>,
  files: Pick<CheckedPictureFiles, 'put'>,
  logger: Logger,
): CheckedPictures {
  return {
    async keep(pictureDigest, picture) {
      try {
        if (await registry.findPatternByDigest(pictureDigest)) return;
        await files.put(pictureDigest, await printPicture(picture, SIDE));
      } catch (error) {
        logger.warn({ err: error, pictureDigest }, 'a checked picture could not be kept for its report');
      }
    },
  };
}
