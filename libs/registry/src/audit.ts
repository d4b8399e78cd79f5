import type { AuditEvent } from './audit-events/catalogue.js';

export type { Actor, AuditEvent, AuditEventType, RefusableType } from './audit-events/catalogue.js';

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
