import type { AuditEvent } from '#libs/registry';

/** Something that happened, told apart by a word of letters, digits, spaces and dashes. */
export function auditEvent(word: string): AuditEvent {
  return {
    type: 'person.added',
    outcome: 'success',
    actor: { kind: 'person', name: 'li.na' },
    at: '2026-03-01T08:30:00.123Z',
    subject: `w.${word.replaceAll(' ', '_')}`,
    details: { roles: ['examiner'] },
  };
}

/** The word of an entry or event that `auditEvent` made. */
export function wordOf(entry: Uint8Array | AuditEvent): string {
  const event =
    entry instanceof Uint8Array ? (JSON.parse(Buffer.from(entry).toString()) as AuditEvent) : entry;
  return String(event.subject).slice(2).replaceAll('_', ' ');
}
