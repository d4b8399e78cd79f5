import type { CheckStore, CheckSummary } from '../check-records/ports.js';
import type { Clock } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import { chinaDate } from '../registration/civil-date.js';
import type { RegistrationFilter, RegistryReader } from '../registration/ports.js';
import type { Registration } from '../registration/registration.js';
import { examinationDays, type ExaminationDays } from './examination-days.js';
import type { Paper } from './papers.js';
import { historyOf, type HistoryStep, type RegistrationEntries } from './registration-history.js';
import type { WorkCalendar } from './work-calendar.js';

const MOST_CHECKS = 50;

/** What the examination of applications is read from. */
export interface ExaminationDeps {
  readonly registry: Pick<RegistryReader, 'find' | 'list'>;
  readonly entries: RegistrationEntries;
  readonly checks: Pick<CheckStore, 'ofRegistration'>;
  readonly calendar: WorkCalendar;
  readonly clock: Clock;
}

/** How the examination of an application stands. */
export interface Examination {
  readonly history: readonly HistoryStep[];
  /** The papers that were seen when it was filed; null where the log does not say. */
  readonly papers: readonly Paper[] | null;
  /** Its checks, newest first, the latest 50. */
  readonly checks: readonly CheckSummary[];
  /** Null for what was not filed at this node. */
  readonly days: ExaminationDays | null;
}

/** An application that is still examined, with the days that it has taken. */
export type PendingApplication = Registration & { readonly days: ExaminationDays };

/**
 * How the examination of an application stands, by the province's own log.
 * @throws RegistryError NOT_FOUND
 */
export async function readExamination(deps: ExaminationDeps, registrationId: string): Promise<Examination> {
  const registration = await deps.registry.find(registrationId);
  if (!registration) {
    const remedy = 'look it up in the list';
    throw new RegistryError('NOT_FOUND', 'registrationId', 'names no registration of this province', remedy);
  }
  const [entries, checks] = await Promise.all([
    deps.entries.ofRegistration(registrationId),
    deps.checks.ofRegistration(registrationId, MOST_CHECKS),
  ]);
  const history = historyOf(entries);
  const filed = history.find(({ state }) => state === 'applied');
  const ended = history.find(({ state }) => state === 'registered' || state === 'refused');
  return {
    history,
    papers: filed?.papers ?? null,
    checks,
    days:
      filed === undefined
        ? null
        : examinationDays(deps.calendar, {
            filedOn: dateOf(filed.at),
            endedOn: ended === undefined ? null : dateOf(ended.at),
            today: chinaDate(deps.clock.now()),
          }),
  };
}

/** Applications in one of the two states in which they are examined, the latest first. */
export async function pendingApplications(
  { registry, calendar, clock }: Pick<ExaminationDeps, 'registry' | 'calendar' | 'clock'>,
  filter: RegistrationFilter & { readonly state: 'applied' | 'examined' },
): Promise<PendingApplication[]> {
  const today = chinaDate(clock.now());
  return (await registry.list(filter)).map((registration) => ({
    ...registration,
    days: examinationDays(calendar, { filedOn: dateOf(registration.filedAt), endedOn: null, today }),
  }));
}

function dateOf(instant: string): string {
  return chinaDate(new Date(instant));
}
