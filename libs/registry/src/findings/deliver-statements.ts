import type { Actor } from '../audit.js';
import type { Clock } from '../duplicate-check/ports.js';
import { entryOf } from './exchange-findings.js';
import type { DueDelivery, FindingStore, KeptStep } from './ports.js';

/** First pause after an attempt in vain; each next one is twice as long, up to an hour. */
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** About six weeks; then it waits for somebody to have it tried again. */
export const MOST_ATTEMPTS = 1_000;
/** Taken up at once: each may have a bundle of 3.5 MiB with it. */
const AT_ONCE = 8;
const CALL_MS = 15_000;

/** What became of handing a statement to its province: it has it, refused it for good, or is not to be had now. */
export type Handed =
  { readonly kind: 'taken' } | { readonly kind: 'refused' | 'silent'; readonly problem: string };

/** A way to the other provinces. */
export interface FindingCourier {
  /** Never throws; at the latest at the deadline. */
  hand(
    to: string,
    statement: Pick<KeptStep, 'jws' | 'digest' | 'said'> & { readonly evidence: Uint8Array | null },
    deadline: Date,
  ): Promise<Handed>;
}

export interface DeliveryDeps {
  readonly findings: Pick<FindingStore, 'due' | 'settle' | 'postpone'>;
  readonly courier: FindingCourier;
  readonly clock: Clock;
  readonly actor: Actor;
}

/**
 * Hands over the statements whose time has come, to each province one after the other; after a silent province's first, its others wait
 * with it.
 * @returns how many were handed over or refused for good
 */
export async function deliverStatements(deps: DeliveryDeps): Promise<number> {
  const due = await deps.findings.due(AT_ONCE, deps.clock.now());
  const recipients = [...new Set(due.map(({ to }) => to))];
  const settled = await Promise.all(
    recipients.map((to) =>
      deliverTo(
        deps,
        due.filter((one) => one.to === to),
      ),
    ),
  );
  return settled.reduce((sum, count) => sum + count, 0);
}

async function deliverTo(deps: DeliveryDeps, due: readonly DueDelivery[]): Promise<number> {
  let settled = 0;
  let silence: string | null = null;
  for (const one of due) {
    const handed: Handed = silence === null ? await hand(deps, one) : { kind: 'silent', problem: silence };
    if (handed.kind === 'silent') {
      silence = handed.problem;
      await deps.findings.postpone(one.step.digest, silence, nextAttempt(one.attempts + 1, deps.clock.now()));
      continue;
    }
    settled += 1;
    await settle(deps, one, handed);
  }
  return settled;
}

function hand({ courier, clock }: DeliveryDeps, { step, to, evidence }: DueDelivery): Promise<Handed> {
  const { jws, digest, said } = step;
  return courier.hand(to, { jws, digest, said, evidence }, new Date(clock.now().getTime() + CALL_MS));
}

async function settle(
  { findings, clock, actor }: DeliveryDeps,
  { step }: DueDelivery,
  handed: Exclude<Handed, { kind: 'silent' }>,
): Promise<void> {
  if (handed.kind === 'taken') {
    await findings.settle(step.digest, null, entryOf('finding.delivered', step, actor, clock));
    return;
  }
  await findings.settle(step.digest, handed.problem, {
    ...{ type: 'finding.delivered', outcome: 'failure', actor, at: clock.now().toISOString() },
    ...{ subject: step.statement.findingId, details: { code: 'INVALID_INPUT', field: 'statement' } },
  });
}

/** When to try again after so many attempts in vain; null for never. */
export function nextAttempt(attempts: number, now: Date): Date | null {
  if (attempts >= MOST_ATTEMPTS) return null;
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
  return new Date(now.getTime() + pause);
}
