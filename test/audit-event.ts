import type { AuditEvent } from '#libs/registry';

/** Something that happened, told apart by its subject. */
export function auditEvent(subject: string): AuditEvent {
  return {
    type: 'call.refused',
    outcome: 'failure',
    actor: { kind: 'person', name: 'li.na' },
    at: '2026-03-01T08:30:00.123Z',
    subject,
    details: { reason: 'NOT_ALLOWED' },
  };
}
