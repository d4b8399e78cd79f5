import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import {
  type Actor,
  type Check,
  checkPicture,
  type CheckPictureDeps,
  checkSchema,
  type CheckStore,
  type CheckSummary,
  MAX_LIMIT,
  RegistryError,
} from '#libs/registry';
import { z } from 'zod';
import type { NodeConfig } from '../config.js';
import { CHECK_PICTURE, CHECKS, CONFIG } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, TakesPicture, TakesQuery } from './describe.js';
import { idField, numberField, parseInput } from './input.js';
import { FormPicture, PictureForm } from './picture-upload.js';
import { checkListSchema } from './schemas.js';

const DEFAULT_CANDIDATES = 10;

const checkFields = z.strictObject({
  registrationId: idField.optional(),
  limit: numberField(1, MAX_LIMIT).default(DEFAULT_CANDIDATES),
});

const listQuery = z.strictObject({ limit: numberField(1, 200).default(50), after: idField.optional() });

@ApiTags('checks')
@ApiBearerAuth()
@Controller('api/v1/checks')
export class ChecksController {
  constructor(
    @Inject(CHECK_PICTURE) private readonly deps: CheckPictureDeps,
    @Inject(CHECKS) private readonly checks: CheckStore,
    @Inject(CONFIG) private readonly config: Pick<NodeConfig, 'checkBudgetMs'>,
  ) {}

  @Post()
  @HttpCode(200)
  @PictureForm()
  @TakesPicture(checkFields)
  @Answers(200, 'The check over all members', checkSchema)
  async check(
    @FormPicture() picture: Uint8Array,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<Check> {
    const { registrationId, limit } = parseInput(checkFields, body);
    return checkPicture(this.deps, {
      picture,
      actor,
      excluding: registrationId,
      limit,
      budgetMs: this.config.checkBudgetMs,
    });
  }

  @Get()
  @TakesQuery(listQuery)
  @Answers(200, 'Checks of this node, newest first', checkListSchema)
  async list(@Query() query: unknown): Promise<{ checks: CheckSummary[] }> {
    const { limit, after } = parseInput(listQuery, query);
    return { checks: await this.checks.list(limit, after) };
  }

  @Get(':id')
  @Answers(200, 'The check with its evidence', checkSchema)
  async read(@Param('id') id: string): Promise<Check> {
    const check = await this.checks.find(parseInput(idField, id));
    if (!check)
      throw new RegistryError('NOT_FOUND', 'checkId', 'names no check of this node', 'see the list');
    return check;
  }
}
