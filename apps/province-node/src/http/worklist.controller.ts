import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import {
  type Actor,
  closeItem,
  listWorklist,
  readWorklistItem,
  REGISTRATION_STATES,
  releaseItem,
  takeItem,
  WORKLIST_RESULTS,
  WORKLIST_STATES,
  type WorklistDesk,
  type WorklistItemView,
  type WorklistReading,
} from '#libs/registry';
import { z } from 'zod';
import { WORKLIST_DESK, WORKLIST_READING } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, TakesJson, TakesQuery } from './describe.js';
import { idField, numberField, parseInput } from './input.js';

const STEPS = ['taken', 'released', 'closed'] as const;

/** The latest step that was seen; absent for none. */
const before = idField.nullable().default(null);

const stepBody = z.discriminatedUnion(
  'step',
  [
    z.strictObject({ step: z.literal('taken'), before }),
    z.strictObject({ step: z.literal('released'), before }),
    z.strictObject({
      step: z.literal('closed'),
      before,
      result: z.enum(WORKLIST_RESULTS, `is not one of ${WORKLIST_RESULTS.join(', ')}`),
      reason: z.string('is not text'),
    }),
  ],
  `is not one of ${STEPS.join(', ')}`,
);

const listQuery = z.strictObject({
  state: z.enum(WORKLIST_STATES, `is not one of ${WORKLIST_STATES.join(', ')}`).exactOptional(),
  limit: numberField(1, 200).default(50),
  after: idField.exactOptional(),
});

const sideSchema = z.object({
  province: z.string(),
  registrationId: z.uuid(),
  registrationNumber: z.string().nullable(),
  title: z.string().nullable(),
  state: z.enum(REGISTRATION_STATES).nullable(),
});

const itemSchema = z.object({
  itemId: z.uuid(),
  own: sideSchema,
  other: sideSchema,
  score: z.number(),
  transform: z.object({ zh: z.string(), en: z.string() }).nullable(),
  checkId: z.uuid().nullable(),
  foundAt: z.string(),
  state: z.enum(WORKLIST_STATES),
  steps: z
    .array(
      z.object({
        stepId: z.uuid(),
        step: z.enum(STEPS),
        by: z.string(),
        at: z.string(),
        result: z.enum(WORKLIST_RESULTS).nullable(),
        reason: z.string().nullable(),
        findingId: z.uuid().nullable(),
      }),
    )
    .readonly(),
});

const worklistSchema = z.object({
  items: z.array(itemSchema),
  /** Items in each state, in all. */
  counts: z.object({ open: z.int(), taken: z.int(), closed: z.int() }),
});

@ApiTags('worklist')
@ApiBearerAuth()
@Controller('api/v1/worklist')
export class WorklistController {
  constructor(
    @Inject(WORKLIST_DESK) private readonly desk: WorklistDesk,
    @Inject(WORKLIST_READING) private readonly reading: WorklistReading,
  ) {}

  @Get()
  @TakesQuery(listQuery)
  @Answers(
    200,
    'Pairs of registrations that a comparison of whole registries found alike, the highest score first',
    worklistSchema,
  )
  async list(@Query() query: unknown): Promise<Awaited<ReturnType<typeof listWorklist>>> {
    return listWorklist(this.reading, parseInput(listQuery, query));
  }

  @Get(':id')
  @Answers(200, 'One pair, and the steps of the work on it', itemSchema)
  async read(@Param('id') id: string): Promise<WorklistItemView> {
    return readWorklistItem(this.reading, parseInput(idField, id));
  }

  @Post(':id/steps')
  @TakesJson(stepBody)
  @Answers(201, 'The pair with its next step: taken, given back, or closed with a result', itemSchema)
  async step(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<WorklistItemView> {
    const itemId = parseInput(idField, id);
    const act = { itemId, ...parseInput(stepBody, body), actor };
    if (act.step === 'taken') await takeItem(this.desk, act);
    else if (act.step === 'released') await releaseItem(this.desk, act);
    else await closeItem(this.desk, act);
    return readWorklistItem(this.reading, itemId);
  }
}
