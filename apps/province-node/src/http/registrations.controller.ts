import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import { showPicture } from '#libs/evidence';
import {
  type Actor,
  type ClearTokenDeps,
  examine,
  type Pattern,
  refuse,
  register,
  type Registration,
  REGISTRATION_STATES,
  type RegistrationDesk,
  RegistryError,
  revoke,
} from '#libs/registry';
import type { Response } from 'express';
import { z } from 'zod';
import { REGISTRATION_DESK } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, AnswersFile, TakesJson, TakesQuery } from './describe.js';
import { idField, numberField, parseInput } from './input.js';
import { ShowSlots } from './picture-upload.js';
import { registrationDetailSchema, registrationListSchema, registrationSchema } from './schemas.js';

const listQuery = z.strictObject({
  state: z.enum(REGISTRATION_STATES, `is not one of ${REGISTRATION_STATES.join(', ')}`).exactOptional(),
  category: z
    .string()
    .regex(/^[A-Z]$/, 'is not one capital letter')
    .exactOptional(),
  text: z.string().min(1, 'is empty').max(200, 'is longer than 200 characters').exactOptional(),
  limit: numberField(1, 200).default(50),
  after: idField.exactOptional(),
});

const clearedBody = z.strictObject({ clearToken: z.string('is not text; ask for it at the check') });
const pictureQuery = z.strictObject({ side: numberField(32, 2_048).default(1_024) });

const reasonBody = z.strictObject({ reason: z.string('is not text') });

@ApiTags('registrations')
@ApiBearerAuth()
@Controller('api/v1/registrations')
export class RegistrationsController {
  constructor(@Inject(REGISTRATION_DESK) private readonly desk: RegistrationDesk & ClearTokenDeps) {}

  @Get()
  @TakesQuery(listQuery)
  @Answers(200, 'Registrations of this province', registrationListSchema)
  async list(@Query() query: unknown): Promise<{ registrations: Registration[] }> {
    return { registrations: await this.desk.registry.list(parseInput(listQuery, query)) };
  }

  @Get(':id')
  @Answers(200, 'The registration, and what file its picture is', registrationDetailSchema)
  async read(@Param('id') id: string): Promise<z.infer<typeof registrationDetailSchema>> {
    const { registration, pattern } = await this.find(id);
    const { pictureDigest: digest, mediaType, width, height } = pattern;
    return { ...registration, picture: { digest, mediaType, width, height } };
  }

  @Get(':id/picture')
  @UseInterceptors(ShowSlots)
  @TakesQuery(pictureQuery)
  @ApiProduces('image/webp')
  @AnswersFile('The deposit copy as a screen shows it: upright, its longer side at most `side` pixels')
  async picture(@Param('id') id: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    const { side } = parseInput(pictureQuery, query);
    const { pattern } = await this.find(id);
    const shown = await showPicture(await this.desk.depositCopies.get(pattern.pictureDigest), side);
    response.type('image/webp').send(shown);
  }

  @Post(':id/examination')
  @HttpCode(200)
  @Answers(200, 'The application, examined', registrationSchema)
  async examine(@Param('id') id: string, @Caller() actor: Actor): Promise<Registration> {
    return examine(this.desk, { registrationId: parseInput(idField, id), actor });
  }

  @Post(':id/registration')
  @HttpCode(200)
  @TakesJson(clearedBody)
  @Answers(200, 'The registration with its number', registrationSchema)
  async register(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<Registration> {
    const { clearToken } = parseInput(clearedBody, body);
    return register(this.desk, { registrationId: parseInput(idField, id), clearToken, actor });
  }

  @Post(':id/refusal')
  @HttpCode(200)
  @TakesJson(reasonBody)
  @Answers(200, 'The application, refused', registrationSchema)
  async refuse(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<Registration> {
    const { reason } = parseInput(reasonBody, body);
    return refuse(this.desk, { registrationId: parseInput(idField, id), reason, actor });
  }

  @Post(':id/revocation')
  @HttpCode(200)
  @TakesJson(reasonBody)
  @Answers(200, 'The registration, revoked', registrationSchema)
  async revoke(
    @Param('id') id: string,
    @Body() body: unknown,
    @Caller() actor: Actor,
  ): Promise<Registration> {
    const { reason } = parseInput(reasonBody, body);
    return revoke(this.desk, { registrationId: parseInput(idField, id), reason, actor });
  }

  private async find(id: string): Promise<{ registration: Registration; pattern: Pattern }> {
    const { registry } = this.desk;
    const registration = await registry.find(parseInput(idField, id));
    const pattern = registration && (await registry.findPattern(registration.patternId));
    if (!pattern)
      throw new RegistryError(
        'NOT_FOUND',
        'registrationId',
        'names no registration of this province',
        'look it up in the list',
      );
    return { registration, pattern };
  }
}
