import { completeCheck, RegistryError, type CompleteCheckDeps, type Outcome } from '#libs/registry';
import type { RpcFederationClient } from '#libs/rpc';
import type { Logger } from 'pino';
import { Rounds, type RoundTerms } from '../rounds.js';

/** Between two looks at who is back: a check is asked again well within a minute. */
const LOOK_MS = 10_000;
/** Longest that the members' state is waited for. */
const MEMBERS_MS = 6_000;
/** Checks looked at in one go, and asked at once. */
const PAGE = 64;
const AT_ONCE = 4;
const ACTOR = { kind: 'program', name: 'province-node' } as const;

export interface CompletionRoundsDeps extends CompleteCheckDeps, Pick<RoundTerms, 'wait'> {
  readonly members: Pick<RpcFederationClient, 'describeMembers'>;
  /** Milliseconds for the federation to answer one check. */
  readonly budgetMs: number;
  readonly logger: Logger;
}

/** Asks incomplete checks again when the members that did not answer are back. What waits is in the database. */
export function createCompletionRounds(deps: CompletionRoundsDeps): Rounds {
  const { logger, wait } = deps;
  return new Rounds({
    round: (signal) => completeSome(deps, signal),
    everyMs: LOOK_MS,
    failed: (error) =>
      logger.error({ err: error }, 'incomplete checks could not be asked again; trying later'),
    wait,
  });
}

/** Whether anything came of it. */
async function completeSome(deps: CompletionRoundsDeps, signal: AbortSignal): Promise<boolean> {
  const { incomplete, clock, budgetMs, logger } = deps;
  const due = await incomplete.due(PAGE, clock.now());
  if (due.length === 0) return false;
  const members = await membersNow(deps);
  if (members.size === 0) return false;
  let done = 0;
  const queue = due.values();
  const worker = async (): Promise<void> => {
    for (const one of queue) {
      if (signal.aborted) return;
      const check = await completeCheck(deps, one, { actor: ACTOR, budgetMs, members });
      if (!check) continue;
      done += 1;
      const { checkId, supersedes, verdict, complete } = check;
      logger.info({ checkId, supersedes, verdict, complete }, 'a check was asked again');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return done > 0;
}

/** Empty while the coordinator cannot be reached. */
async function membersNow({ members, clock }: CompletionRoundsDeps): Promise<ReadonlyMap<string, Outcome>> {
  try {
    const state = await members.describeMembers(new Date(clock.now().getTime() + MEMBERS_MS));
    return new Map(state.members.map(({ province, outcome }) => [province, outcome]));
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'FEDERATION_UNAVAILABLE') return new Map();
    throw error;
  }
}
