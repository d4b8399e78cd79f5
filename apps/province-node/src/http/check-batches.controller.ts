import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Req,
  UseInterceptors,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import {
  type Actor,
  addPicture,
  type BatchDesk,
  type BatchItem,
  type CheckBatch,
  openBatch,
  readBatch,
} from '#libs/registry';
import type { Request } from 'express';
import { z } from 'zod';
import type { BatchRunner } from '../batches/batch-runner.js';
import { BATCH_DESK, BATCH_RUNNER } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, TakesJson, TakesQuery } from './describe.js';
import { idField, numberField, parseInput } from './input.js';
import { readPicture, UploadSlots } from './picture-upload.js';
import {
  batchListSchema,
  batchSchema,
  batchStateSchema,
  openedBatchSchema,
  receivedPictureSchema,
} from './schemas.js';

const openBody = z.strictObject({ count: z.number('is not a number') });
const listQuery = z.strictObject({ limit: numberField(1, 50).default(20), after: idField.optional() });
const itemsQuery = z.strictObject({
  limit: numberField(1, 1_000).default(1_000),
  after: numberField(0, 10_000).optional(),
});

@ApiTags('check batches')
@ApiBearerAuth()
@Controller('api/v1/check-batches')
export class CheckBatchesController {
  constructor(
    @Inject(BATCH_DESK) private readonly desk: BatchDesk,
    @Inject(BATCH_RUNNER) private readonly runner: BatchRunner,
  ) {}

  @Post()
  @TakesJson(openBody)
  @Answers(201, 'A batch that collects its pictures', openedBatchSchema)
  async open(@Body() body: unknown, @Caller() actor: Actor): Promise<{ batchId: string }> {
    return openBatch(this.desk, parseInput(openBody, body).count, actor);
  }

  @Put(':id/pictures/:name')
  @UseInterceptors(UploadSlots)
  @ApiConsumes('application/octet-stream')
  @ApiBody({ required: true, schema: { type: 'string', format: 'binary' } })
  @Answers(200, 'The picture is fingerprinted, or its error is kept', receivedPictureSchema)
  async receive(
    @Param('id') id: string,
    @Param('name') name: string,
    @Req() request: Request,
  ): Promise<Pick<BatchItem, 'name' | 'state' | 'error'>> {
    return addPicture(this.desk, parseInput(idField, id), name, await readPicture(request));
  }

  @Post(':id/start')
  @HttpCode(202)
  @Answers(202, 'The batch runs', batchStateSchema)
  async start(@Param('id') id: string): Promise<CheckBatch> {
    return this.runner.start(parseInput(idField, id));
  }

  @Post(':id/cancellation')
  @HttpCode(200)
  @Answers(200, 'The batch, ended; what has its check keeps it', batchStateSchema)
  async cancel(@Param('id') id: string, @Caller() actor: Actor): Promise<CheckBatch> {
    return this.runner.cancel(parseInput(idField, id), actor.name);
  }

  @Get()
  @TakesQuery(listQuery)
  @Answers(200, 'Batches of this node, newest first', batchListSchema)
  async list(@Query() query: unknown): Promise<{ batches: CheckBatch[] }> {
    const { limit, after } = parseInput(listQuery, query);
    return { batches: await this.desk.batches.list(limit, after) };
  }

  @Get(':id')
  @TakesQuery(itemsQuery)
  @Answers(200, 'The batch and a page of its items, by place', batchSchema)
  async read(
    @Param('id') id: string,
    @Query() query: unknown,
  ): Promise<CheckBatch & { readonly items: readonly BatchItem[] }> {
    const { limit, after } = parseInput(itemsQuery, query);
    return readBatch(this.desk.batches, parseInput(idField, id), limit, after);
  }
}
