/** Log-in attempts that have not succeeded, of one user name or one address. */
export interface Attempts {
  /** In a row. */
  readonly failures: number;
  /** When the last one began. */
  readonly lastAt: Date;
}

/** How many failures are free, and how fast and how far the wait after each further one grows. */
export interface ThrottleRule {
  /** Failures after which the first wait begins. */
  readonly free: number;
  /** Milliseconds of the first wait; each further failure doubles it. */
  readonly firstWaitMs: number;
  /** Milliseconds that a wait never exceeds. */
  readonly longestWaitMs: number;
}

/** Five tries, then 2 s, 4 s and so on up to 15 minutes. */
export const USER_RULE: ThrottleRule = { free: 5, firstWaitMs: 2_000, longestWaitMs: 900_000 };

/** An office shares an address: thirty tries, then the same waits. */
export const ADDRESS_RULE: ThrottleRule = { free: 30, firstWaitMs: 2_000, longestWaitMs: 900_000 };

/** Attempts older than this are forgotten. */
export const FORGET_AFTER_MS = 24 * 3_600_000;

/** What an attempt meets: leave to go on, with what is then to be remembered, or a wait. */
export type AttemptDecision =
  { readonly kind: 'go'; readonly attempts: Attempts } | { readonly kind: 'wait'; readonly until: Date };

/**
 * Judges one more attempt. It counts as failed until the password proves right, so that guesses sent side by side
 * cannot outrun the count.
 */
export function judgeAttempt(known: Attempts | undefined, now: Date, rule: ThrottleRule): AttemptDecision {
  const remembered = known !== undefined && now.getTime() - known.lastAt.getTime() < FORGET_AFTER_MS;
  const failures = remembered ? known.failures : 0;
  if (remembered && failures >= rule.free) {
    const until = known.lastAt.getTime() + waitMs(failures, rule);
    if (now.getTime() < until) return { kind: 'wait', until: new Date(until) };
  }
  return { kind: 'go', attempts: { failures: failures + 1, lastAt: now } };
}

function waitMs(failures: number, rule: ThrottleRule): number {
  return Math.min(rule.firstWaitMs * 2 ** (failures - rule.free), rule.longestWaitMs);
}
