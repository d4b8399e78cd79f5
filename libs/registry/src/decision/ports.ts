import type { AuditEvent } from '../audit.js';
import type { KeptSalt } from '../registration/ports.js';
import type { CheckDecision } from './check-decision.js';

/** The decisions on a node's checks; none is ever removed. */
export interface DecisionStore {
  /** In the order in which they were made; at most 200. */
  ofCheck(checkId: string): Promise<CheckDecision[]>;
  /**
   * Keeps a decision, its entry of the log, and the salt of what that commits to: all or nothing.
   * @throws RegistryError CONFLICT, field "supersedes", if the latest of the check is another than it supersedes; TOO_MANY for the 201st
   */
  insert(decision: CheckDecision, entry: AuditEvent, salt: KeptSalt): Promise<void>;
  /**
   * Puts the latest decision of a check in force, with its entry of the log: both or nothing.
   * @throws RegistryError CONFLICT, field "decisionId", if it is not the latest any more or is in force already
   */
  confirm(decision: CheckDecision, entry: AuditEvent): Promise<void>;
}
