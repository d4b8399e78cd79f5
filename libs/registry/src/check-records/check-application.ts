import type { Check } from '../duplicate-check/check.js';
import type { CheckRequest } from '../duplicate-check/check-duplicate.js';
import { RegistryError } from '../errors.js';
import type { DepositCopies, RegistryReader } from '../registration/ports.js';
import { checkPicture, type CheckPictureDeps } from './check-picture.js';

/** What checking an application works with. */
export interface CheckApplicationDeps extends CheckPictureDeps {
  readonly registry: Pick<RegistryReader, 'find' | 'findPattern'>;
  readonly depositCopies: Pick<DepositCopies, 'get'>;
}

/**
 * Checks an application by its deposit copy: the picture that was filed, and no other.
 * @throws RegistryError NOT_FOUND for an application or a deposit copy that is not here; nobody is asked then
 */
export async function checkApplication(
  deps: CheckApplicationDeps,
  registrationId: string,
  request: Pick<CheckRequest, 'actor' | 'limit' | 'budgetMs'>,
): Promise<Check> {
  const registration = await deps.registry.find(registrationId);
  const pattern = registration && (await deps.registry.findPattern(registration.patternId));
  if (!pattern) {
    throw new RegistryError(
      'NOT_FOUND',
      'registrationId',
      'names no registration of this province',
      'look it up in the list',
    );
  }
  const picture = await deps.depositCopies.get(pattern.pictureDigest);
  return checkPicture(deps, { ...request, picture, excluding: registrationId });
}
