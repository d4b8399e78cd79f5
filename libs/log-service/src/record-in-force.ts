import { isUnderstood, partiesOf, type Directory, type PartyKey } from '#libs/federation-log';
import type { Actor, AuditEvent, AuditLog } from '#libs/registry';

/** By what a process runs. */
export interface InForce {
  readonly directory: Directory;
  /** Of the signed directory. */
  readonly directoryDigest: string;
  /** Models that a node answers in; none for the coordinator. */
  readonly served: readonly string[];
}

/** The details of the last entry of this type, and about this subject, in the process's own log; null if there is none. */
export type LastOfType = (
  type: 'directory.changed' | 'key.changed' | 'model.changed',
  subject: string | null,
) => Promise<Readonly<Record<string, unknown>> | null>;

/**
 * Records what is in force now and was not when it was recorded last: another directory, other keys of a party, another model. What a
 * log holds of these is so always what was in force from there on.
 */
export async function recordInForce(
  log: AuditLog,
  lastOf: LastOfType,
  inForce: InForce,
  actor: Actor,
  at: string,
): Promise<void> {
  for (const event of await changesOf(lastOf, inForce)) {
    await log.append({ ...event, outcome: 'success', actor, at });
  }
}

type ChangeOf<T> = T extends AuditEvent ? Pick<T, 'type' | 'subject' | 'details'> : never;
type Change = ChangeOf<Extract<AuditEvent, { type: 'directory.changed' | 'key.changed' | 'model.changed' }>>;

async function changesOf(
  lastOf: LastOfType,
  { directory, directoryDigest, served }: InForce,
): Promise<Change[]> {
  const { epoch, calibration, nextCalibration } = directory;
  const changes: Change[] = [];
  const before = await lastOf('directory.changed', null);
  if (before?.['digest'] !== directoryDigest) {
    const [beforeEpoch, beforeDigest] = [before?.['epoch'], before?.['digest']];
    changes.push({
      type: 'directory.changed',
      subject: null,
      details: {
        epoch,
        digest: directoryDigest,
        members: directory.members.map(({ province }) => province),
        beforeEpoch: typeof beforeEpoch === 'number' ? beforeEpoch : null,
        beforeDigest: typeof beforeDigest === 'string' ? beforeDigest : null,
      },
    });
  }
  for (const { party, keys } of partiesOf(directory)) {
    const named = keys.map(nameOf).sort();
    const last = await lastOf('key.changed', party);
    if (!same(last?.['keys'], named)) {
      changes.push({ type: 'key.changed', subject: party, details: { epoch, keys: named } });
    }
  }
  const model = {
    modelDigest: calibration.modelDigest,
    nextModelDigest: nextCalibration?.modelDigest ?? null,
    served,
  };
  const last = await lastOf('model.changed', null);
  if (!same([last?.['modelDigest'], last?.['nextModelDigest'], last?.['served']], Object.values(model))) {
    changes.push({ type: 'model.changed', subject: null, details: { epoch, ...model } });
  }
  return changes;
}

function nameOf(key: PartyKey): string {
  if (!isUnderstood(key)) return `other ${key.kid}`;
  return `${key.use ?? 'statement'} ${key.kid}${key.revoked === undefined ? '' : ' revoked'}`;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
