import { Body, Controller, HttpCode, Inject, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import {
  type Actor,
  checkApplication,
  type CheckApplicationDeps,
  MAX_LIMIT,
  type ReceiptStore,
} from '#libs/registry';
import { z } from 'zod';
import type { NodeConfig } from '../config.js';
import { CHECK_APPLICATION, CONFIG, RECEIPTS } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, TakesJson } from './describe.js';
import { idField, numberField, parseInput } from './input.js';
import { UploadSlots } from './picture-upload.js';
import { type ReceiptedCheck, withReceipts } from './receipted-check.js';
import { receiptedCheckSchema } from './schemas.js';

const checkBody = z.strictObject({ limit: numberField(1, MAX_LIMIT).default(10) });

@ApiTags('checks')
@ApiBearerAuth()
@Controller('api/v1/registrations/:id/check')
export class ApplicationChecksController {
  constructor(
    @Inject(CHECK_APPLICATION) private readonly deps: CheckApplicationDeps,
    @Inject(RECEIPTS) private readonly receipts: ReceiptStore,
    @Inject(CONFIG) private readonly config: Pick<NodeConfig, 'checkBudgetMs'>,
  ) {}

  @Post()
  @HttpCode(200)
  @UseInterceptors(UploadSlots)
  @TakesJson(checkBody)
  @Answers(200, "The check of the application's deposit copy over all members", receiptedCheckSchema)
  async check(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<ReceiptedCheck> {
    const { limit } = parseInput(checkBody, body ?? {});
    const budgetMs = this.config.checkBudgetMs;
    const check = await checkApplication(this.deps, parseInput(idField, id), { actor, limit, budgetMs });
    return withReceipts(this.receipts, this.deps.checks, check);
  }
}
