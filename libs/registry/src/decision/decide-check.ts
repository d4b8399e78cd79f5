import type { Actor, AuditEvent, AuditLog } from '../audit.js';
import type { Check } from '../duplicate-check/check.js';
import { commitTo } from '../audit-events/commitment.js';
import type { Clock, Digest, Random } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import type { CheckStore } from '../check-records/ports.js';
import { parseReason } from '../registration/decide-registration.js';
import type { SaltStore } from '../registration/ports.js';
import { recordingRefusal } from '../registration/registration-desk.js';
import type { CheckDecision, NewDecision } from './check-decision.js';
import type { DecisionStore } from './ports.js';

/** What deciding works with. */
export interface DecisionDesk {
  readonly checks: Pick<CheckStore, 'find' | 'sequel'>;
  readonly decisions: DecisionStore;
  /** For what failed. */
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
  /** Of the reasons of decisions, by the decision's id. */
  readonly salts: Pick<SaltStore, 'find'>;
  /** Whether this bureau wants a second examiner to confirm each decision. */
  readonly fourEyes: boolean;
}

/**
 * An examiner's decision on a check. Where the bureau wants four eyes it waits for a second examiner, and until then the check
 * counts as undecided.
 * @throws RegistryError NOT_FOUND; INVALID_INPUT, field "reason"; CONFLICT, field "supersedes", if somebody decided since, field
 *   "checkId" if the check was superseded
 */
export function decideCheck(desk: DecisionDesk, wanted: NewDecision): Promise<CheckDecision> {
  const { checkId, kind, supersedes, actor } = wanted;
  return recordingRefusal(desk, { type: 'decision.made', actor, subject: checkId }, async () => {
    const check = await findCheck(desk, checkId);
    const { supersededBy } = await desk.checks.sequel(checkId);
    if (supersededBy !== null) {
      const problem = `was superseded by check ${supersededBy}, which has more answers`;
      throw new RegistryError('CONFLICT', 'checkId', problem, 'look at that one and decide on it');
    }
    const decision: CheckDecision = {
      decisionId: desk.random.uuid(),
      checkId,
      registrationId: check.registrationId,
      kind,
      reason: parseReason(wanted.reason),
      decidedBy: actor.name,
      decidedAt: desk.clock.now().toISOString(),
      confirmedBy: null,
      confirmedAt: null,
      inForce: !desk.fourEyes,
      supersedes,
    };
    const salt = desk.random.salt();
    const entry = entryOf(desk, decision, actor, check, salt);
    await desk.decisions.insert(decision, entry, { about: decision.decisionId, of: 'reason', salt });
    return decision;
  });
}

/**
 * The second examiner confirms the latest decision: it is in force from now on.
 * @throws RegistryError NOT_FOUND; FORBIDDEN to whoever decided; CONFLICT if it is not the latest or is in force already
 */
export function confirmDecision(
  desk: DecisionDesk,
  { checkId, decisionId, actor }: { checkId: string; decisionId: string; actor: Actor },
): Promise<CheckDecision> {
  return recordingRefusal(desk, { type: 'decision.made', actor, subject: checkId }, async () => {
    const check = await findCheck(desk, checkId);
    const waiting = (await desk.decisions.ofCheck(checkId)).find((one) => one.decisionId === decisionId);
    if (!waiting) {
      throw new RegistryError(
        'NOT_FOUND',
        'decisionId',
        'names no decision on this check',
        'see its decisions',
      );
    }
    if (waiting.decidedBy === actor.name) {
      const problem = 'is your own decision';
      throw new RegistryError('FORBIDDEN', 'decisionId', problem, 'have another examiner confirm it');
    }
    const confirmedAt = desk.clock.now().toISOString();
    const confirmed = { ...waiting, confirmedBy: actor.name, confirmedAt, inForce: true };
    const salt = await desk.salts.find(decisionId, 'reason');
    await desk.decisions.confirm(confirmed, entryOf(desk, confirmed, actor, check, salt));
    return confirmed;
  });
}

async function findCheck({ checks }: DecisionDesk, checkId: string): Promise<Check> {
  const check = await checks.find(checkId);
  if (check) return check;
  throw new RegistryError('NOT_FOUND', 'checkId', 'names no check of this node', 'see the list');
}

/**
 * Proposed while it waits for a second examiner, made once it is in force: both commit to the reason alike.
 * @param salt null if it was erased, or never kept
 */
function entryOf(
  { digest }: Pick<DecisionDesk, 'digest'>,
  decision: CheckDecision,
  actor: Actor,
  check: Check,
  salt: string | null,
): AuditEvent {
  const { decisionId, checkId, registrationId, kind, reason, supersedes, decidedBy, inForce } = decision;
  const committed =
    salt === null ? {} : { reasonCommitment: commitTo(digest, { of: 'reason', salt, value: reason }) };
  return {
    type: inForce ? 'decision.made' : 'decision.proposed',
    outcome: 'success',
    actor,
    at: decision.confirmedAt ?? decision.decidedAt,
    subject: checkId,
    details: {
      ...{ decisionId, decision: kind, decidedBy, registrationId, supersedes, verdict: check.verdict },
      ...committed,
    },
  };
}
