import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import {
  type Actor,
  type Examination,
  type ExaminationDeps,
  fileApplication,
  pendingApplications,
  type PendingApplication,
  readExamination,
  type Registration,
  type RegistrationDesk,
} from '#libs/registry';
import { z } from 'zod';
import { EXAMINATION, REGISTRATION_DESK } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, TakesPicture, TakesQuery } from './describe.js';
import { idField, numberField, parseInput } from './input.js';
import { FormPicture, PictureForm } from './picture-upload.js';
import { applicationListSchema, examinationSchema, registrationSchema } from './schemas.js';

const text = z.string().optional();
/** A form has no null: an empty date says that there is none. */
const day = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

/** The form's fields; the core reads what stands in them. */
const applicationFields = z.strictObject({
  title: text,
  category: text,
  owner: text,
  completedOn: day,
  firstPublishedOn: day,
  centre: text,
  /** The papers that were seen: their names with commas between. */
  papers: z
    .string()
    .max(400, 'is too long')
    .optional()
    .transform((names) => names?.split(',').map((name) => name.trim())),
});

const PENDING = ['applied', 'examined'] as const;

const listQuery = z.strictObject({
  state: z.enum(PENDING, `is not one of ${PENDING.join(', ')}`).default('applied'),
  text: z.string().min(1, 'is empty').max(200, 'is longer than 200 characters').exactOptional(),
  limit: numberField(1, 200).default(50),
  after: idField.exactOptional(),
});

@ApiTags('registrations')
@ApiBearerAuth()
@Controller('api/v1')
export class ApplicationsController {
  constructor(
    @Inject(REGISTRATION_DESK) private readonly desk: RegistrationDesk,
    @Inject(EXAMINATION) private readonly examining: ExaminationDeps,
  ) {}

  @Get('applications')
  @TakesQuery(listQuery)
  @Answers(200, 'Applications that are examined, with the days that they have taken', applicationListSchema)
  async list(@Query() query: unknown): Promise<{ applications: PendingApplication[] }> {
    return { applications: await pendingApplications(this.examining, parseInput(listQuery, query)) };
  }

  @Get('registrations/:id/examination')
  @Answers(200, 'How the examination stands: history, papers, checks, days', examinationSchema)
  async examination(@Param('id') id: string): Promise<Examination> {
    return readExamination(this.examining, parseInput(idField, id));
  }

  @Post('applications')
  @PictureForm()
  @TakesPicture(applicationFields.required({ title: true, category: true, owner: true }))
  @Answers(201, 'The application, searchable from now on', registrationSchema)
  async file(
    @FormPicture() picture: Uint8Array,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<Registration> {
    const { papers, ...metadata } = parseInput(applicationFields, body);
    return fileApplication(this.desk, { picture, metadata, papers, actor });
  }
}
