import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import {
  type Actor,
  checkPicture,
  type CheckPictureDeps,
  type CheckStore,
  type CheckSummary,
  MAX_LIMIT,
  type ReceiptStore,
  RegistryError,
} from '#libs/registry';
import { z } from 'zod';
import type { NodeConfig } from '../config.js';
import type { EvidenceDesk } from '../evidence/evidence-desk.js';
import { CHECK_PICTURE, CHECKS, CONFIG, EVIDENCE, RECEIPTS } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, AnswersFile, TakesPicture, TakesQuery } from './describe.js';
import { idField, numberField, parseInput } from './input.js';
import { FormPicture, PictureForm } from './picture-upload.js';
import { type ReceiptedCheck, withReceipts } from './receipted-check.js';
import { checkListSchema, receiptedCheckSchema } from './schemas.js';

const DEFAULT_CANDIDATES = 10;

const checkFields = z.strictObject({
  registrationId: idField.optional(),
  limit: numberField(1, MAX_LIMIT).default(DEFAULT_CANDIDATES),
});

const evidenceQuery = z.strictObject({
  disclose: z.enum(['true', 'false'], 'is not true or false').default('false'),
});
const listQuery = z.strictObject({ limit: numberField(1, 200).default(50), after: idField.optional() });

@ApiTags('checks')
@ApiBearerAuth()
@Controller('api/v1/checks')
export class ChecksController {
  constructor(
    @Inject(CHECK_PICTURE) private readonly deps: CheckPictureDeps,
    @Inject(CHECKS) private readonly checks: CheckStore,
    @Inject(RECEIPTS) private readonly receipts: ReceiptStore,
    @Inject(EVIDENCE) private readonly evidenceDesk: Pick<EvidenceDesk, 'give'>,
    @Inject(CONFIG) private readonly config: Pick<NodeConfig, 'checkBudgetMs'>,
  ) {}

  @Post()
  @HttpCode(200)
  @PictureForm()
  @TakesPicture(checkFields)
  @Answers(200, 'The check over all members; its receipts follow', receiptedCheckSchema)
  async check(
    @FormPicture() picture: Uint8Array,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<ReceiptedCheck> {
    const { registrationId, limit } = parseInput(checkFields, body);
    const check = await checkPicture(this.deps, {
      picture,
      actor,
      excluding: registrationId,
      limit,
      budgetMs: this.config.checkBudgetMs,
    });
    return withReceipts(this.receipts, this.checks, check);
  }

  @Get()
  @TakesQuery(listQuery)
  @Answers(200, 'Checks of this node, newest first', checkListSchema)
  async list(@Query() query: unknown): Promise<{ checks: CheckSummary[] }> {
    const { limit, after } = parseInput(listQuery, query);
    return { checks: await this.checks.list(limit, after) };
  }

  @Get(':id')
  @Answers(200, 'The check with its evidence and receipts', receiptedCheckSchema)
  async read(@Param('id') id: string): Promise<ReceiptedCheck> {
    const check = await this.checks.find(parseInput(idField, id));
    if (!check)
      throw new RegistryError('NOT_FOUND', 'checkId', 'names no check of this node', 'see the list');
    return withReceipts(this.receipts, this.checks, check);
  }

  @Get(':id/evidence')
  @ApiProduces('application/json')
  @AnswersFile('The evidence bundle of the check, for "weft audit verify"')
  @TakesQuery(evidenceQuery)
  async evidence(
    @Param('id') id: string,
    @Query() query: unknown,
    @Caller() actor: Actor,
    @Res() response: Response,
  ): Promise<void> {
    const { disclose } = parseInput(evidenceQuery, query);
    const bundle = await this.evidenceDesk.give(parseInput(idField, id), disclose === 'true', actor);
    response.type('application/json').send(bundle);
  }
}
