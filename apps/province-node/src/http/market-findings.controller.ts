import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  type Actor,
  AUTHORITIES,
  handOnMarketFinding,
  listMarketFindings,
  MARKET_RESULTS,
  MARKET_STATES,
  type MarketDesk,
  type MarketFindingView,
  type MarketReading,
  marketStepSchema,
  noSuchMarketFinding,
  openMarketFinding,
  readMarketFinding,
  recordMarketOutcome,
} from '#libs/registry';
import type { Response } from 'express';
import { z } from 'zod';
import { MARKET_DESK, MARKET_READING } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, AnswersFile, TakesJson, TakesQuery } from './describe.js';
import { idField, numberField, parseInput } from './input.js';

const text = z.string('is not text');

const findingBody = z.strictObject({
  checkId: idField,
  /** One of the check's matches, of any province. */
  registrationId: idField,
  foundOn: text,
  remark: text,
});

const handingOnBody = z.strictObject({
  /** The latest step that was seen. */
  before: idField,
  authority: z.enum(AUTHORITIES, `is not one of ${AUTHORITIES.join(', ')}`),
  name: text,
  handedOn: text,
  remark: text.default(''),
});

const outcomeBody = z.strictObject({
  /** The latest step that was seen. */
  before: idField,
  /** The step by which it was handed on to the authority whose outcome this is. */
  answers: idField,
  result: z.enum(MARKET_RESULTS, `is not one of ${MARKET_RESULTS.join(', ')}`),
  decidedOn: text,
  reference: text,
  remark: text.default(''),
});

const listQuery = z.strictObject({
  state: z.enum(MARKET_STATES, `is not one of ${MARKET_STATES.join(', ')}`).exactOptional(),
  checkId: idField.exactOptional(),
  limit: numberField(1, 200).default(50),
  after: idField.exactOptional(),
});

const marketFindingSchema = z.object({
  findingId: z.uuid(),
  checkId: z.uuid(),
  registrationId: z.uuid(),
  province: z.string(),
  state: z.enum(MARKET_STATES),
  steps: z.array(marketStepSchema).readonly(),
  registration: z
    .object({ registrationNumber: z.string().nullable(), title: z.string().nullable() })
    .nullable(),
});

const marketFindingListSchema = z.object({ findings: z.array(marketFindingSchema) });

@ApiTags('market findings')
@ApiBearerAuth()
@Controller('api/v1/market-findings')
export class MarketFindingsController {
  constructor(
    @Inject(MARKET_DESK) private readonly desk: MarketDesk,
    @Inject(MARKET_READING) private readonly reading: MarketReading,
  ) {}

  @Get()
  @TakesQuery(listQuery)
  @Answers(200, 'Infringements found in the market, newest first', marketFindingListSchema)
  async list(@Query() query: unknown): Promise<{ findings: MarketFindingView[] }> {
    return { findings: await listMarketFindings(this.reading, parseInput(listQuery, query)) };
  }

  @Post()
  @TakesJson(findingBody)
  @Answers(201, 'The market finding, noted', marketFindingSchema)
  async open(@Body() body: unknown, @Caller() actor: Actor): Promise<MarketFindingView> {
    const findingId = await openMarketFinding(this.desk, { ...parseInput(findingBody, body), actor });
    return readMarketFinding(this.reading, findingId);
  }

  @Get(':id')
  @Answers(200, 'A market finding with all its steps', marketFindingSchema)
  async read(@Param('id') id: string): Promise<MarketFindingView> {
    return readMarketFinding(this.reading, parseInput(idField, id));
  }

  @Post(':id/handings-on')
  @TakesJson(handingOnBody)
  @Answers(
    201,
    'The market finding, handed on to an authority with its evidence as it is now',
    marketFindingSchema,
  )
  async handOn(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<MarketFindingView> {
    const findingId = parseInput(idField, id);
    await handOnMarketFinding(this.desk, { findingId, ...parseInput(handingOnBody, body), actor });
    return readMarketFinding(this.reading, findingId);
  }

  @Get(':id/handings-on/:stepId/evidence')
  @ApiProduces('application/json')
  @AnswersFile(
    'The evidence bundle as it was handed on, without what was erased since; `weft audit verify` verifies it',
  )
  async evidence(
    @Param('id') id: string,
    @Param('stepId') step: string,
    @Res() response: Response,
  ): Promise<void> {
    const [findingId, stepId] = [parseInput(idField, id), parseInput(idField, step)];
    const bundle = await this.desk.market.evidenceOf(findingId, stepId);
    if (!bundle) throw noSuchMarketFinding();
    response.type('application/json').attachment(`weft-market-${stepId}.json`).send(Buffer.from(bundle));
  }

  @Post(':id/outcomes')
  @TakesJson(outcomeBody)
  @Answers(201, 'The market finding with what the authority came to', marketFindingSchema)
  async conclude(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<MarketFindingView> {
    const findingId = parseInput(idField, id);
    await recordMarketOutcome(this.desk, { findingId, ...parseInput(outcomeBody, body), actor });
    return readMarketFinding(this.reading, findingId);
  }
}
