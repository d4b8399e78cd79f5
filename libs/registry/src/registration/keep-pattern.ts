import type { Random } from '../duplicate-check/ports.js';
import type { FingerprintedPicture, RegistryWriter } from './ports.js';

/**
 * The pattern id of a picture: the one it has already, or a new one. One picture, one id; either way it has this
 * fingerprint, so that a registration of it is searchable at once.
 */
export async function keepPattern(
  writer: RegistryWriter,
  { pattern, fingerprint }: FingerprintedPicture,
  random: Random,
): Promise<string> {
  const known = await writer.findPatternByDigest(pattern.pictureDigest);
  if (known) {
    await writer.addFingerprint(known.patternId, fingerprint);
    return known.patternId;
  }
  const patternId = random.uuid();
  await writer.insertPattern({ ...pattern, patternId }, fingerprint);
  return patternId;
}
