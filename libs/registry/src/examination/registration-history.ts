import type { EntryRecord } from '../audit-events/catalogue.js';
import type { RegistrationState } from '../registration/registration.js';
import { registrationEvents } from '../audit-events/registrations.js';
import type { Paper } from './papers.js';

/** An entry of this province's log, and its place. */
export interface PlacedRecord {
  /** From 0. */
  readonly index: number;
  readonly record: EntryRecord;
}

/** Reads what the province's own log says of its registrations. */
export interface RegistrationEntries {
  /** What was done to a registration, in its order: at most 16 entries, none of what was refused. */
  ofRegistration(registrationId: string): Promise<PlacedRecord[]>;
}

/** One step of a registration's life, as the log holds it. */
export interface HistoryStep {
  readonly state: RegistrationState;
  /** RFC 3339. */
  readonly at: string;
  /** User or program name. */
  readonly by: string;
  /** Index of its entry in the province's log. */
  readonly entry: number;
  /** The papers that were seen when it was filed; null for another step, and where the log does not say. */
  readonly papers: readonly Paper[] | null;
  /** The check that let it in; null for another step. */
  readonly checkId: string | null;
}

const STATES: Readonly<Record<string, RegistrationState>> = {
  'registry.filed': 'applied',
  'registry.examined': 'examined',
  'registry.registered': 'registered',
  'registry.refused': 'refused',
  'registry.revoked': 'revoked',
};

/** A registration's life by its entries; an imported one has none from before it came. */
export function historyOf(entries: readonly PlacedRecord[]): HistoryStep[] {
  return entries.flatMap(({ index, record }) => {
    const state = STATES[record.type];
    if (state === undefined) return [];
    const filed = registrationEvents['registry.filed'].success.details.safeParse(record.details);
    const registered = registrationEvents['registry.registered'].success.details.safeParse(record.details);
    return [
      {
        state,
        at: record.at,
        by: record.actor.name,
        entry: index,
        papers: filed.data?.papers ?? null,
        checkId: (state === 'registered' && registered.data?.checkId) || null,
      },
    ];
  });
}
