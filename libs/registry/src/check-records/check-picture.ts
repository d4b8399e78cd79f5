import type { Check, CheckDependencies } from '../duplicate-check/check.js';
import { checkFingerprint, type CheckRequest } from '../duplicate-check/check-duplicate.js';
import { RegistryError } from '../errors.js';
import type { Fingerprinter, RegistryReader } from '../registration/ports.js';
import { recordingRefusal } from '../registration/registration-desk.js';
import type { CheckedPictures, CheckStore } from './ports.js';

export interface CheckPictureDeps extends CheckDependencies {
  readonly fingerprinter: Fingerprinter;
  readonly checks: CheckStore;
  readonly checkedPictures: CheckedPictures;
  readonly registry: Pick<RegistryReader, 'find'>;
}

/**
 * Checks a picture and keeps the check with its evidence. A picture that cannot be checked is an entry of the log too.
 * @throws RegistryError INVALID_INPUT or UNFIT_PICTURE for the picture, NOT_FOUND for an application that is not here;
 *   nobody is asked then and nothing is kept
 */
export async function checkPicture(deps: CheckPictureDeps, request: CheckRequest): Promise<Check> {
  const { actor, excluding } = request;
  return recordingRefusal(deps, { type: 'check.asked', actor, subject: null }, async () => {
    if (excluding !== undefined && !(await deps.registry.find(excluding))) {
      throw new RegistryError(
        'NOT_FOUND',
        'registrationId',
        'names no registration of this province',
        'give the application that the picture was filed with, or leave it out',
      );
    }
    const { picture, ...asking } = request;
    const fingerprinted = await deps.fingerprinter.fingerprint(picture);
    // While the others search: their time is the check's.
    const kept = deps.checkedPictures.keep(fingerprinted.pattern.pictureDigest, picture);
    const check = await checkFingerprint(deps, { ...asking, fingerprinted });
    await deps.checks.save(check, actor.name, fingerprinted);
    await kept;
    return check;
  });
}
