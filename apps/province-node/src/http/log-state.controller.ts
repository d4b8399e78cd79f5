import { Controller, Get, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { CosigningState } from '#libs/federation-log';
import { AskerWatch } from '#libs/registry';
import type { z } from 'zod';
import type { MirrorState } from '../mirrors/mirror-runner.js';
import { ASKER_WATCH, LOG_STATES } from '../tokens.js';
import type { WitnessState } from '../witness/witness-desk.js';
import { Answers } from './describe.js';
import { logStateSchema } from './schemas.js';

/** What is told of the node's log, its witnesses, the logs that it witnesses, and its copies of them. */
export interface LogStates {
  readonly cosigning: { readonly state: CosigningState };
  readonly witness: { state(): Promise<WitnessState> };
  readonly mirrors: { readonly state: readonly MirrorState[] };
}

@ApiTags('log')
@ApiBearerAuth()
@Controller('api/v1/log-state')
export class LogStateController {
  constructor(
    @Inject(LOG_STATES) private readonly states: LogStates,
    @Inject(ASKER_WATCH) private readonly watch: AskerWatch,
  ) {}

  @Get()
  @Answers(200, "The node's log, its witnesses, and the logs that it witnesses and copies", logStateSchema)
  async read(): Promise<z.infer<typeof logStateSchema>> {
    const { logs, equivocations } = await this.states.witness.state();
    const { witnesses, ...log } = this.states.cosigning.state;
    return {
      log: { ...log, witnesses: [...witnesses] },
      witnessed: [...logs],
      equivocations: equivocations.map(({ equivocation, seenAt }) => ({
        ...equivocation,
        proof: [...equivocation.proof],
        seenAt,
      })),
      mirrors: [...this.states.mirrors.state],
      askers: [...this.watch.state],
    };
  }
}
