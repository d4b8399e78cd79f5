import type { Actor } from '../audit.js';
import type { DecisionKind } from './decision-kinds.js';

/** An examiner's word on one check; never changed, only superseded by the next. */
export interface CheckDecision {
  readonly decisionId: string;
  readonly checkId: string;
  /** The application that the check was made for; null for a picture alone. */
  readonly registrationId: string | null;
  readonly kind: DecisionKind;
  /** 1 to 1,000 characters; kept here, and committed to in the log. */
  readonly reason: string;
  /** User name. */
  readonly decidedBy: string;
  /** RFC 3339 with milliseconds. */
  readonly decidedAt: string;
  /** User name of the second pair of eyes; null while there was none. */
  readonly confirmedBy: string | null;
  readonly confirmedAt: string | null;
  /** False while it waits for a second examiner. */
  readonly inForce: boolean;
  /** The decision that stood before this one; null for the first. */
  readonly supersedes: string | null;
}

/** Who decides, and what. */
export interface NewDecision {
  readonly checkId: string;
  readonly kind: DecisionKind;
  readonly reason: string;
  /** The latest decision that the examiner saw; null for none. Another one since then refuses this one. */
  readonly supersedes: string | null;
  readonly actor: Actor;
}

/** The decision that counts: the latest, if it is in force. A newer one that waits for its second examiner suspends the older. */
export function decisionInForce(decisions: readonly CheckDecision[]): CheckDecision | null {
  const latest = decisions.at(-1);
  return latest?.inForce ? latest : null;
}
