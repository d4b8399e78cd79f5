import type { Actor } from '../audit.js';
import type { Check, CheckDependencies } from '../duplicate-check/check.js';
import { checkFingerprint } from '../duplicate-check/check-duplicate.js';
import type { Outcome } from '../duplicate-check/statements.js';
import type { CheckStore, IncompleteCheck, IncompleteChecks } from './ports.js';

/** What completing checks works with. */
export interface CompleteCheckDeps extends CheckDependencies {
  readonly checks: CheckStore;
  readonly incomplete: IncompleteChecks;
}

/** How a check is asked again. */
export interface CompletionTerms {
  /** The program that asks. */
  readonly actor: Actor;
  /** Milliseconds for the federation to answer. */
  readonly budgetMs: number;
  /** What asking each member would come to now, by province. */
  readonly members: ReadonlyMap<string, Outcome>;
}

/** Waits before a check whose members are all back, and which yet came to no more, is asked again; the next twice as long. */
const AGAIN_MS = { first: 5_000, most: 60_000 };
/** A check that could not be completed by then stays as it is. */
const GIVE_UP_MS = 7 * 86_400_000;

/**
 * Asks an incomplete check again, of all members, as soon as one that did not answer is back and those that did are still there. The new
 * check supersedes the old one if it has all its answers and more; both stay, and the log links them. A match that was found stands
 * in the old check until a check finds it again.
 * @returns the new check; null while nothing can come of asking
 */
export async function completeCheck(
  deps: CompleteCheckDeps,
  waiting: IncompleteCheck,
  { actor, budgetMs, members }: CompletionTerms,
): Promise<Check | null> {
  const { checkId, askedBy, fingerprinted, attempts, since } = waiting;
  const before = await deps.checks.find(checkId);
  const now = deps.clock.now().getTime();
  if (!before || now - Date.parse(since) > GIVE_UP_MS) {
    await deps.incomplete.postpone(checkId, null);
    return null;
  }
  if (!canComeToMore(before, members)) return null;
  const { limit, registrationId } = before;
  const excluding = registrationId ?? undefined;
  const asking = { fingerprinted, actor, excluding, limit, budgetMs, repeats: before };
  const check = await checkFingerprint(deps, asking);
  // What came to no more is in the log alone.
  if (check.supersedes === null) {
    const wait = Math.min(AGAIN_MS.most, AGAIN_MS.first * 2 ** Math.min(attempts, 16));
    await deps.incomplete.postpone(checkId, new Date(now + wait));
    return null;
  }
  await deps.checks.save(check, askedBy, fingerprinted);
  return check;
}

/** One that did not answer in full would now, and none of those that did is gone. */
function canComeToMore({ coverage }: Check, members: ReadonlyMap<string, Outcome>): boolean {
  const isBack = (province: string) => members.get(province) === 'ANSWERED';
  const answered = coverage.filter(({ outcome }) => outcome === 'ANSWERED');
  const missing = coverage.filter(({ outcome }) => outcome !== 'ANSWERED');
  if (!answered.every(({ province }) => isBack(province))) return false;
  // All answered, and yet it is not complete: the coordinator said something else.
  return missing.some(({ province }) => isBack(province)) || missing.length === 0;
}
