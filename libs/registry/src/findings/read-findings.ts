import type { CheckStore } from '../check-records/ports.js';
import type { Clock } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import type { WorkCalendar } from '../examination/work-calendar.js';
import { chinaDate } from '../registration/civil-date.js';
import { ERASED } from '../registration/erase-registration.js';
import type { RegistryReader } from '../registration/ports.js';
import {
  dueOf,
  historyOfFinding,
  nextStepsOf,
  sentOf,
  type FindingDue,
  type FindingHistory,
} from './finding-history.js';
import type { FindingStep, SentFinding, SignedStep } from './finding-statements.js';
import type { Delivery, FindingFilter, FindingStore, KeptFinding } from './ports.js';

/** What findings are read from. */
export interface FindingReading {
  readonly province: string;
  readonly findings: Pick<FindingStore, 'find' | 'list'>;
  readonly registry: Pick<RegistryReader, 'find'>;
  readonly checks: Pick<CheckStore, 'find'>;
  readonly calendar: WorkCalendar;
  readonly clock: Clock;
}

/** One step as it is shown. */
export interface FindingStepView {
  readonly step: FindingStep;
  readonly at: string;
  readonly by: string;
  /** Empty if none was given; `ERASED` where the reason that the statement commits to is here no more. */
  readonly reason: string;
  readonly digest: string;
  /** Of this province's own steps; null for the other's. */
  readonly delivery: Delivery | null;
}

/** A finding as both provinces read it; only deliveries and what may be done differ. */
export interface FindingView extends Pick<
  SentFinding,
  'findingId' | 'from' | 'to' | 'registrationId' | 'checkId' | 'evidenceDigest'
> {
  readonly direction: 'sent' | 'received';
  /** Where it stands: its latest step. */
  readonly state: FindingStep;
  readonly steps: readonly FindingStepView[];
  /** Statements of two histories, if they were told; nothing may be done then. */
  readonly fork: readonly FindingStepView[];
  readonly due: FindingDue;
  /** What this province may do next. */
  readonly next: readonly FindingStep[];
  /** What is known here of the registration that it is about; null for nothing. */
  readonly registration: { readonly registrationNumber: string | null; readonly title: string | null } | null;
}

/** Findings that were sent or came, newest first. */
export async function listFindings(reading: FindingReading, filter: FindingFilter): Promise<FindingView[]> {
  const kept = await reading.findings.list(filter);
  const views = await Promise.all(kept.map((one) => view(reading, one)));
  return views.flatMap((one) => one ?? []);
}

/** @throws RegistryError NOT_FOUND */
export async function readFinding(reading: FindingReading, findingId: string): Promise<FindingView> {
  const kept = await reading.findings.find(findingId);
  const shown = kept && (await view(reading, kept));
  if (shown) return shown;
  throw new RegistryError('NOT_FOUND', 'findingId', 'names no finding here', 'see the list');
}

async function view(reading: FindingReading, kept: KeptFinding): Promise<FindingView | undefined> {
  const history = historyOfFinding(kept.findingId, kept.steps);
  const sent = sentOf(history) ?? firstSent(history);
  if (!sent) return undefined;
  const reasons = new Map(kept.steps.map(({ digest, said }) => [digest, said?.reason]));
  const show = ({ statement, signer, digest }: SignedStep): FindingStepView => {
    const { step, at, reasonCommitment } = statement;
    const reason = reasonCommitment === undefined ? statement.reason : (reasons.get(digest) ?? ERASED);
    return { step, at, by: signer, reason, digest, delivery: kept.deliveries.get(digest) ?? null };
  };
  const { findingId, from, to, registrationId, checkId, evidenceDigest } = sent;
  const { province, calendar, clock } = reading;
  return {
    ...{ findingId, from, to, registrationId, checkId, evidenceDigest },
    direction: from === province ? 'sent' : 'received',
    state: history.steps.at(-1)?.statement.step ?? 'sent',
    steps: history.steps.map(show),
    fork: history.fork.map(show),
    due: dueOf(history, calendar, chinaDate(clock.now())),
    next: nextStepsOf(history, province),
    registration: await registrationOf(reading, sent),
  };
}

/** Of a finding that was sent in two ways: one of them says what it is about, for their ids agree. */
function firstSent({ fork }: FindingHistory): SentFinding | undefined {
  return fork.flatMap(({ statement }) => (statement.step === 'sent' ? [statement] : []))[0];
}

async function registrationOf(
  { province, registry, checks }: FindingReading,
  { to, registrationId, checkId }: SentFinding,
): Promise<FindingView['registration']> {
  const known =
    to === province
      ? await registry.find(registrationId)
      : (await checks.find(checkId))?.candidates.find((one) => one.registrationId === registrationId);
  return known ? { registrationNumber: known.registrationNumber, title: known.title } : null;
}
