import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Actor, fileApplication, type Registration, type RegistrationDesk } from '#libs/registry';
import { z } from 'zod';
import { REGISTRATION_DESK } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, TakesPicture } from './describe.js';
import { parseInput } from './input.js';
import { FormPicture, PictureForm } from './picture-upload.js';
import { registrationSchema } from './schemas.js';

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
});

@ApiTags('registrations')
@ApiBearerAuth()
@Controller('api/v1/applications')
export class ApplicationsController {
  constructor(@Inject(REGISTRATION_DESK) private readonly desk: RegistrationDesk) {}

  @Post()
  @PictureForm()
  @TakesPicture(applicationFields.required({ title: true, category: true, owner: true }))
  @Answers(201, 'The application, searchable from now on', registrationSchema)
  async file(
    @FormPicture() picture: Uint8Array,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<Registration> {
    return fileApplication(this.desk, { picture, metadata: parseInput(applicationFields, body), actor });
  }
}
