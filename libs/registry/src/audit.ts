/** Who did it: a person of this node, a member, the coordinator, or a program run at the machine. */
export interface Actor {
  readonly kind: 'person' | 'member' | 'coordinator' | 'program';
  /** User name, province id, "coordinator" or program name; never an owner's personal data. */
  readonly name: string;
}

/** The catalogue of what is recorded, for failure as for success. */
export type AuditEventType =
  | 'check.asked'
  | 'check.judged'
  | 'member.asked'
  | 'member.answered'
  | 'decision.proposed'
  | 'decision.made'
  | 'clear-token.minted'
  | 'clear-token.refused'
  | 'call.refused'
  | 'log.forked'
  | 'receipt.refused'
  | 'pictures.compared'
  | 'registry.imported'
  | 'registry.filed'
  | 'registry.examined'
  | 'registry.registered'
  | 'registry.refused'
  | 'registry.revoked'
  | 'registry.refingerprinted'
  | 'registry.self-compared'
  | 'person.logged-in'
  | 'person.added'
  | 'directory.loaded'
  | 'node.started';

/** One thing that happened. Details are digests, identities, counts and times: no picture and no personal data. */
export interface AuditEvent {
  readonly type: AuditEventType;
  readonly outcome: 'success' | 'failure';
  readonly actor: Actor;
  /** RFC 3339 with milliseconds. */
  readonly at: string;
  /** A check, registration or member that it is about; null if there is none. */
  readonly subject: string | null;
  /** Serialisable in RFC 8785 form. */
  readonly details: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/** The one way into the federation log. */
export interface AuditLog {
  /**
   * Durable when it returns (inside a registry transaction: when that commits).
   * @throws if the entry could not be written; what it records must then fail too
   */
  append(event: AuditEvent): Promise<void>;
}

/** Whose log it is: a province's id, or "coordinator". */
export type LogOrigin = string;
