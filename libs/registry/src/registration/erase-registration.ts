import type { Actor } from '../audit.js';
import { RegistryError } from '../errors.js';
import { isRegistrationId } from './decide-registration.js';
import type { RegistryWriter } from './ports.js';
import type { Registration } from './registration.js';
import { recordingRefusal, type RegistrationDesk } from './registration-desk.js';

/** What stands where personal data was. */
export const ERASED = '（已删除 erased）';

/** How much was erased; all zero the second time. */
export interface ErasedData {
  /** Commitments about the registration, its checks and the decisions on them that nobody can open any more. */
  readonly salts: number;
  /** Reasons: of the registration's refusal or revocation, of decisions, market findings, worklist and findings between provinces. */
  readonly reasons: number;
  /** 1 if its owner was. */
  readonly owners: number;
  /** Checks of this node that showed its owner. */
  readonly shown: number;
}

/** What erasing works with. */
export interface ErasureDesk extends Pick<RegistrationDesk, 'registry' | 'log' | 'clock'> {
  readonly shownOwners: ShownOwners;
}

/** The checks of a node as far as they show owners. */
export interface ShownOwners {
  /** Puts a text in the place of this registration's owner wherever a check shows it. @returns checks that showed another */
  replace(registrationId: string, by: string): Promise<number>;
}

/**
 * Erases the personal data of one registration: its owner, the reasons that were given about it, and the salts of what the log commits to.
 * Picture, title, number and states stay, and so does every entry: all proofs hold as before, and nobody can open what they commit to. The
 * same again erases nothing more, and is an entry all the same. Of another province's registration that
 * is erased which is kept about it here: the reasons of findings, market findings and the worklist, and its owner in checks.
 * @throws RegistryError NOT_FOUND, also for another province's of which nothing is kept here that could be erased
 */
export function eraseRegistration(
  desk: ErasureDesk,
  { registrationId, actor }: { readonly registrationId: string; readonly actor: Actor },
): Promise<ErasedData> {
  const known = isRegistrationId(registrationId);
  const subject = known ? registrationId : null;
  return recordingRefusal(desk, { type: 'registry.erased', actor, subject }, async () => {
    const replaceShown = () => desk.shownOwners.replace(registrationId, ERASED);
    const foreign = known && !(await desk.registry.find(registrationId));
    const shownOfForeign = foreign ? await replaceShown() : 0;
    const erased = await desk.registry.transaction(async (writer) => {
      const registration = known ? await writer.lock(registrationId) : undefined;
      const traces = known ? await writer.eraseTraces(registrationId, ERASED) : { salts: 0, reasons: 0 };
      if (!registration && traces.salts + traces.reasons + shownOfForeign === 0) {
        const problem = 'names no registration here, nor one of another province of which anything is kept';
        throw new RegistryError('NOT_FOUND', 'registrationId', problem, 'look it up in the list');
      }
      const own = registration ? await eraseOwn(writer, registration) : { owners: 0, reasons: 0 };
      const counts = { salts: traces.salts, reasons: traces.reasons + own.reasons, owners: own.owners };
      const details = { ...counts, ...(await writer.head()) };
      const at = desk.clock.now().toISOString();
      await writer.log.append({
        type: 'registry.erased',
        outcome: 'success',
        actor,
        at,
        subject: registrationId,
        details,
      });
      return counts;
    });
    // After the owner is gone, so that no check shows it anew.
    return { ...erased, shown: foreign ? shownOfForeign : await replaceShown() };
  });
}

async function eraseOwn(
  writer: RegistryWriter,
  registration: Registration,
): Promise<Pick<ErasedData, 'owners' | 'reasons'>> {
  const owners = Number(registration.owner !== ERASED);
  const reasons = Number(registration.reason !== '' && registration.reason !== ERASED);
  if (owners + reasons > 0) {
    const reason = registration.reason && ERASED;
    await writer.updateRegistration({ ...registration, owner: ERASED, reason });
  }
  return { owners, reasons };
}
