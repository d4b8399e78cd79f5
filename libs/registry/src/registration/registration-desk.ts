import type { Actor, AuditLog, RefusableType } from '../audit.js';
import type { Clock, Digest, Random } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import type { Province } from '../province.js';
import type { DepositCopies, Fingerprinter, Registry } from './ports.js';

/** What the acts of registration work with: one province's registry and what surrounds it. */
export interface RegistrationDesk {
  readonly province: Province;
  readonly registry: Registry;
  readonly depositCopies: DepositCopies;
  readonly fingerprinter: Fingerprinter;
  /** Outside of the registry's transactions: for what failed. */
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
}

/**
 * Runs an act; if it is refused, that is an entry of the log too (code and field, never the value).
 * @throws what the act throws; the log's error if the failure could not be written
 */
export async function recordingRefusal<T>(
  desk: Pick<RegistrationDesk, 'log' | 'clock'>,
  entry: { readonly type: RefusableType; readonly actor: Actor; readonly subject: string | null },
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RegistryError) {
      const details = { code: error.code, field: error.field };
      await desk.log.append({ ...entry, outcome: 'failure', at: desk.clock.now().toISOString(), details });
    }
    throw error;
  }
}
