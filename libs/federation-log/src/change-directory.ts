import { z } from 'zod';
import {
  calibrationSchema,
  directorySchema,
  isUnderstood,
  memberSchema,
  outsideWitnessesSchema,
  partyKeySchema,
  revocationSchema,
  type Directory,
  type PartyKey,
} from './directory.js';
import { FederationLogError } from './errors.js';

const party = z.string().regex(/^[a-z]{2,20}$/);
const named = { party, kid: z.string().min(1).max(128) };

/** What the next epoch of a directory is to have otherwise. */
export const directoryChangeSchema = z.strictObject({
  addMembers: z.array(memberSchema).max(64).default([]),
  /** Their keys go with them; what they signed is judged by the epochs in which they were members. */
  removeMembers: z.array(party).max(64).default([]),
  addKeys: z
    .array(z.strictObject({ party, key: partyKeySchema }))
    .max(64)
    .default([]),
  /** Keys that were replaced: what they signed before stays good. */
  endKeys: z
    .array(z.strictObject({ ...named, notAfter: z.iso.datetime({ precision: 3 }) }))
    .max(64)
    .default([]),
  /** Keys that others may have: what they signed is good under a position of a log only. */
  revokeKeys: z
    .array(z.strictObject({ ...named, revoked: revocationSchema }))
    .max(64)
    .default([]),
  /** Where parties answer from then on. */
  setAddresses: z
    .array(
      z.strictObject({
        party,
        address: memberSchema.shape.address.optional(),
        /** All further addresses; none of before stays that is not among them. */
        alsoAt: z.array(memberSchema.shape.address).max(7).optional(),
      }),
    )
    .max(65)
    .default([]),
  calibration: calibrationSchema.optional(),
  /** Null ends the change to another model. */
  nextCalibration: calibrationSchema.nullable().optional(),
  /** All outside witnesses from then on; none of before stays that is not among them. */
  witnesses: outsideWitnessesSchema.optional(),
});

export type DirectoryChange = z.infer<typeof directoryChangeSchema>;

/**
 * The directory of the next epoch, not signed.
 * @param digest of the directory before, which the new one names
 * @throws FederationLogError MALFORMED if the change names a member or a key that is not there, or gives no directory
 */
export function changeDirectory(
  before: Directory,
  digest: string,
  change: DirectoryChange,
  now: Date,
): Directory {
  const { nextCalibration = before.nextCalibration, calibration = before.calibration } = change;
  const { witnesses = before.witnesses } = change;
  const parties = new Set([...before.members.map(({ province }) => province), 'coordinator']);
  for (const province of change.removeMembers) {
    if (province === 'coordinator' || !parties.delete(province)) throw missing('removeMembers', province);
  }
  for (const field of ['addKeys', 'endKeys', 'revokeKeys', 'setAddresses'] as const) {
    const unknown = change[field].find((one) => !parties.has(one.party));
    if (unknown) throw missing(field, unknown.party);
  }
  const { nextCalibration: _ended, witnesses: _replaced, ...kept } = before;
  const next = directorySchema.safeParse({
    ...kept,
    kind: 'weft.directory.v2',
    epoch: before.epoch + 1,
    issuedAt: now.toISOString(),
    previous: digest,
    members: [
      ...before.members
        .filter(({ province }) => parties.has(province))
        .map((member) => changeParty(member.province, member, change)),
      ...change.addMembers,
    ],
    coordinator: changeParty('coordinator', before.coordinator, change),
    calibration,
    ...(nextCalibration ? { nextCalibration } : {}),
    ...(witnesses?.length ? { witnesses } : {}),
  });
  if (next.success) return next.data;
  const [issue] = next.error.issues;
  throw new FederationLogError(
    'MALFORMED',
    `${['directory', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? ''}`,
  );
}

/** A party with the keys and addresses that it has from then on. */
function changeParty<P extends Directory['coordinator']>(
  name: string,
  { alsoAt: before = [], ...party }: P,
  change: DirectoryChange,
): object {
  const moved = change.setAddresses.find((one) => one.party === name);
  const { address = party.address, alsoAt = before } = moved ?? {};
  const keys = changeKeys(name, party.keys, change);
  return { ...party, address, keys, ...(alsoAt.length > 0 ? { alsoAt } : {}) };
}

function changeKeys(name: string, keys: readonly PartyKey[], change: DirectoryChange): PartyKey[] {
  const changed = new Map(keys.map((key) => [key.kid, key]));
  const edit = (field: string, kid: string, by: object): void => {
    const key = changed.get(kid);
    if (key === undefined || !isUnderstood(key)) throw missing(field, kid);
    changed.set(kid, { ...key, ...by });
  };
  for (const { party: whose, kid, notAfter } of change.endKeys) {
    if (whose === name) edit('endKeys', kid, { notAfter });
  }
  for (const { party: whose, kid, revoked } of change.revokeKeys) {
    if (whose === name) edit('revokeKeys', kid, { revoked });
  }
  return [...changed.values(), ...change.addKeys.filter((one) => one.party === name).map(({ key }) => key)];
}

function missing(field: string, name: string): FederationLogError {
  return new FederationLogError('MALFORMED', `change.${field}: ${name} is not in the directory.`);
}
