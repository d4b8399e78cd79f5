import type { Random } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import type { FingerprintedPicture, RegistryWriter } from './ports.js';

/** The pattern id of a picture: the one it has already, or a new one. One picture, one id. */
export async function keepPattern(
  writer: RegistryWriter,
  { pattern, fingerprint }: FingerprintedPicture,
  random: Random,
): Promise<string> {
  const known = await writer.findPatternByDigest(pattern.pictureDigest);
  if (known) return known.patternId;
  const patternId = random.uuid();
  await writer.insertPattern({ ...pattern, patternId }, fingerprint);
  return patternId;
}

/**
 * Runs a transaction again, once, if another one took the same picture or number while it ran: the second run finds it there.
 * @throws RegistryError CONFLICT if the second run is refused too
 */
export async function retryingConflict<T>(transaction: () => Promise<T>): Promise<T> {
  try {
    return await transaction();
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'CONFLICT') return transaction();
    throw error;
  }
}
