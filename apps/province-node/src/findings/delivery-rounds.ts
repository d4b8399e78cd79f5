import { deliverStatements, type DeliveryDeps } from '#libs/registry';
import type { Logger } from 'pino';
import { Rounds, type RoundTerms } from '../rounds.js';

/** Between two looks at what is to be delivered. */
const LOOK_MS = 2_000;
const ACTOR = { kind: 'program', name: 'province-node' } as const;

export interface DeliveryRoundsDeps extends Omit<DeliveryDeps, 'actor'>, Pick<RoundTerms, 'wait'> {
  readonly logger: Logger;
}

/** Delivers the statements of findings to the other provinces. What waits, how often it was tried and when next, is in the database. */
export function createDeliveryRounds(deps: DeliveryRoundsDeps): Rounds {
  const { logger, wait } = deps;
  return new Rounds({
    async round() {
      const settled = await deliverStatements({ ...deps, actor: ACTOR });
      if (settled > 0) logger.info({ settled }, 'statements of findings were delivered');
      return settled > 0;
    },
    everyMs: LOOK_MS,
    failed: (error) => logger.error({ err: error }, 'findings could not be delivered; trying later'),
    wait,
  });
}
