import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import {
  type Actor,
  type CheckDecision,
  confirmDecision,
  decideCheck,
  DECISION_KINDS,
  type DecisionDesk,
} from '#libs/registry';
import { z } from 'zod';
import type { ClearanceDesk } from '../clearance/clearance-desk.js';
import { CLEARANCE, DECISION_DESK } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, TakesJson } from './describe.js';
import { idField, parseInput } from './input.js';
import { clearTokenAnswerSchema, decisionListSchema, decisionSchema } from './schemas.js';

const decisionBody = z.strictObject({
  kind: z.enum(DECISION_KINDS, `is not one of ${DECISION_KINDS.join(', ')}`),
  reason: z.string('is not text'),
  /** The latest decision that was seen; absent for none. */
  supersedes: idField.nullable().default(null),
});

@ApiTags('decisions')
@ApiBearerAuth()
@Controller('api/v1/checks/:id')
export class DecisionsController {
  constructor(
    @Inject(DECISION_DESK) private readonly desk: DecisionDesk,
    @Inject(CLEARANCE) private readonly clearance: Pick<ClearanceDesk, 'clearToken'>,
  ) {}

  @Get('decisions')
  @Answers(
    200,
    "The examiners' decisions on the check, in their order; the latest counts",
    decisionListSchema,
  )
  async list(@Param('id') id: string): Promise<{ decisions: CheckDecision[] }> {
    return { decisions: await this.desk.decisions.ofCheck(parseInput(idField, id)) };
  }

  @Post('decisions')
  @TakesJson(decisionBody)
  @Answers(
    201,
    'The decision; where the bureau wants four eyes it waits for its confirmation',
    decisionSchema,
  )
  async decide(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<CheckDecision> {
    return decideCheck(this.desk, {
      ...parseInput(decisionBody, body),
      checkId: parseInput(idField, id),
      actor,
    });
  }

  @Post('decisions/:decisionId/confirmation')
  @HttpCode(200)
  @Answers(200, 'The decision, in force from now on', decisionSchema)
  async confirm(
    @Param('id') id: string,
    @Param('decisionId') decisionId: string,
    @Caller() actor: Actor,
  ): Promise<CheckDecision> {
    return confirmDecision(this.desk, {
      checkId: parseInput(idField, id),
      decisionId: parseInput(idField, decisionId),
      actor,
    });
  }

  @Post('clear-token')
  @HttpCode(200)
  @Answers(
    200,
    'A clear token: for 15 minutes it lets the application of this check be registered',
    clearTokenAnswerSchema,
  )
  async clearToken(@Param('id') id: string): Promise<{ clearToken: string }> {
    return { clearToken: await this.clearance.clearToken(parseInput(idField, id)) };
  }
}
