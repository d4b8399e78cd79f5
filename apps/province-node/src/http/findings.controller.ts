import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  type Actor,
  answerFinding,
  type FindingDesk,
  type FindingReading,
  type FindingView,
  listFindings,
  readFinding,
  RegistryError,
  sendFinding,
} from '#libs/registry';
import type { Response } from 'express';
import { z } from 'zod';
import { FINDING_DESK, FINDING_READING } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, AnswersFile, TakesJson, TakesQuery } from './describe.js';
import { findingListSchema, findingSchema } from './finding-schemas.js';
import { idField, numberField, parseInput } from './input.js';

const findingBody = z.strictObject({
  checkId: idField,
  /** One of the check's candidates: a match in another province. */
  registrationId: idField,
  reason: z.string('is not text'),
});

const STEPS = ['acknowledged', 'examined', 'upheld', 'rejected', 'revoked'] as const;

const stepBody = z.strictObject({
  step: z.enum(STEPS, `is not one of ${STEPS.join(', ')}`),
  /** Needed to reject. */
  reason: z.string('is not text').default(''),
});

const DIRECTIONS = ['sent', 'received'] as const;

const listQuery = z.strictObject({
  direction: z.enum(DIRECTIONS, `is not one of ${DIRECTIONS.join(', ')}`),
  checkId: idField.exactOptional(),
  limit: numberField(1, 200).default(50),
  after: idField.exactOptional(),
});

@ApiTags('findings')
@ApiBearerAuth()
@Controller('api/v1/findings')
export class FindingsController {
  constructor(
    @Inject(FINDING_DESK) private readonly desk: FindingDesk,
    @Inject(FINDING_READING) private readonly reading: FindingReading,
  ) {}

  @Get()
  @TakesQuery(listQuery)
  @Answers(
    200,
    'Findings that this province sent, or that came about its registrations, newest first',
    findingListSchema,
  )
  async list(@Query() query: unknown): Promise<{ findings: FindingView[] }> {
    return { findings: await listFindings(this.reading, parseInput(listQuery, query)) };
  }

  @Post()
  @TakesJson(findingBody)
  @Answers(
    201,
    'The finding, signed and to be delivered to the province whose registration it is',
    findingSchema,
  )
  async send(@Body() body: unknown, @Caller() actor: Actor): Promise<FindingView> {
    const { statement } = await sendFinding(this.desk, { ...parseInput(findingBody, body), actor });
    return readFinding(this.reading, statement.findingId);
  }

  @Get(':id')
  @Answers(
    200,
    'A finding: its history as both provinces read it, what is due, what may be done',
    findingSchema,
  )
  async read(@Param('id') id: string): Promise<FindingView> {
    return readFinding(this.reading, parseInput(idField, id));
  }

  @Get(':id/evidence')
  @ApiProduces('application/json')
  @AnswersFile(
    'The evidence bundle of the check that found it, as it was sent; `weft audit verify` verifies it',
  )
  async evidence(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const findingId = parseInput(idField, id);
    const bundle = await this.desk.findings.evidenceOf(findingId);
    if (!bundle) throw new RegistryError('NOT_FOUND', 'findingId', 'names no finding here', 'see the list');
    response.type('application/json').attachment(`weft-finding-${findingId}.json`).send(Buffer.from(bundle));
  }

  @Post(':id/steps')
  @TakesJson(stepBody)
  @Answers(
    201,
    'The finding with its next step, signed and to be delivered to the province that found it',
    findingSchema,
  )
  async step(@Param('id') id: string, @Body() body: unknown, @Caller() actor: Actor): Promise<FindingView> {
    const findingId = parseInput(idField, id);
    await answerFinding(this.desk, { findingId, ...parseInput(stepBody, body), actor });
    return readFinding(this.reading, findingId);
  }

  @Post(':id/delivery')
  @HttpCode(200)
  @Answers(200, 'The finding; what of it is not delivered yet is tried again at once', findingSchema)
  async deliver(@Param('id') id: string): Promise<FindingView> {
    const findingId = parseInput(idField, id);
    await this.desk.findings.hasten(findingId, this.desk.clock.now());
    return readFinding(this.reading, findingId);
  }
}
