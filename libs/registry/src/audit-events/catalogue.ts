import { z } from 'zod';
import { checkEvents } from './checks.js';
import { decisionEvents } from './decisions.js';
import { partyEvents } from './parties.js';
import { pictureEvents } from './pictures.js';
import { registrationEvents } from './registrations.js';
import { findingEvents } from './findings.js';
import { marketFindingEvents } from './market-findings.js';
import { worklistEvents } from './worklist.js';
import type { EventForm, EventRow, RefusedAct } from './row.js';

/** Every event that is recorded; docs/audit-events.md has a section for each. An event that is not here cannot be appended. */
export const EVENTS = {
  ...checkEvents,
  ...decisionEvents,
  ...registrationEvents,
  ...pictureEvents,
  ...findingEvents,
  ...marketFindingEvents,
  ...worklistEvents,
  ...partyEvents,
};

type Events = typeof EVENTS;

export type AuditEventType = keyof Events;

const OUTCOMES_OF_EVENTS = ['success', 'failure'] as const;

const actorSchema = z.strictObject({
  kind: z.enum(['person', 'member', 'coordinator', 'program']),
  /** User name, province id, "coordinator" or program name, "unknown" for who did not say; never an owner's personal data. */
  name: z.string().regex(/^[a-z][a-z0-9 ._/-]{0,63}$/),
});

/** Who did it: a person of this node, a member, the coordinator, or a program run at the machine. */
export type Actor = Readonly<z.infer<typeof actorSchema>>;

/** RFC 3339, UTC, with milliseconds. */
const instant = z.iso.datetime({ precision: 3 });

/** What is appended. */
type EventOf<T extends AuditEventType, O extends 'success' | 'failure'> =
  Events[T] extends Record<O, infer Form extends EventForm>
    ? {
        readonly type: T;
        readonly outcome: O;
        readonly actor: Actor;
        /** RFC 3339 with milliseconds. */
        readonly at: string;
        /** The check, registration, person or log that it is about; null if there is none. */
        readonly subject: z.infer<Form['subject']>;
        readonly details: Readonly<z.infer<Form['details']>>;
      }
    : never;

type FailureOf<T extends AuditEventType> = EventOf<T, 'failure'>;

/** Events whose failure is an act that was refused. */
export type RefusableType = {
  [T in AuditEventType]: FailureOf<T> extends { details: RefusedAct } ? T : never;
}[AuditEventType];

/** An act that was refused, by the code and the field of its error. */
interface RefusedEvent {
  readonly type: RefusableType;
  readonly outcome: 'failure';
  readonly actor: Actor;
  readonly at: string;
  readonly subject: string | null;
  readonly details: RefusedAct;
}

/** One thing that happened. Details are digests, identities, counts and times: no picture and no personal data. */
export type AuditEvent =
  | { [T in AuditEventType]: EventOf<T, 'success'> }[AuditEventType]
  | { [T in Exclude<AuditEventType, RefusableType>]: FailureOf<T> }[Exclude<AuditEventType, RefusableType>]
  | RefusedEvent;

/** What every entry has beside its event. */
const ENTRY_KIND = 'weft.log-entry.v1';

/** An entry of a log, as an event of the catalogue: its members before they have the RFC 8785 form. */
export interface EntryRecord {
  readonly kind: typeof ENTRY_KIND;
  /** Whose log it is in. */
  readonly origin: string;
  readonly type: string;
  readonly outcome: 'success' | 'failure';
  readonly actor: Actor;
  readonly at: string;
  readonly subject: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The one form of an entry for each event and outcome, by "check.asked success". */
const entryForms = new Map<string, z.ZodType<EntryRecord>>(
  Object.entries<EventRow>(EVENTS).flatMap(([type, row]) =>
    OUTCOMES_OF_EVENTS.flatMap((outcome): [string, z.ZodType<EntryRecord>][] => {
      const form = row[outcome];
      if (form === undefined) return [];
      return [[`${type} ${outcome}`, entryForm(type, outcome, form)]];
    }),
  ),
);

function entryForm(type: string, outcome: EntryRecord['outcome'], { subject, details }: EventForm) {
  return z.strictObject({
    kind: z.literal(ENTRY_KIND),
    origin: z.string().min(1).max(64),
    type: z.literal(type),
    outcome: z.literal(outcome),
    actor: actorSchema,
    at: instant,
    subject,
    details,
  });
}

/** The event as an entry of this log; not yet held against the catalogue. */
export function entryOf(origin: string, event: AuditEvent): EntryRecord {
  const { type, outcome, actor, at, subject, details } = event;
  return { kind: ENTRY_KIND, origin, type, outcome, actor, at, subject, details };
}

/**
 * Holds what should be an entry against the catalogue: an event of it, with exactly its members.
 * @returns a text where it is none: the member that is wrong, and never its value
 */
export function readEntry(value: unknown): EntryRecord | string {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('outcome' in value)) {
    return 'is not a log record';
  }
  const form = entryForms.get(`${String(value.type)} ${String(value.outcome)}`);
  if (form === undefined) return 'type: the catalogue has no such event with this outcome';
  const read = form.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  return `${issue?.path.join('.') || 'entry'}: ${issue?.message ?? 'is not in its form'}`;
}
