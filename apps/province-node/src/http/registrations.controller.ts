import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import {
  type Actor,
  type ClearTokenDeps,
  examine,
  refuse,
  register,
  type Registration,
  REGISTRATION_STATES,
  type RegistrationDesk,
  RegistryError,
  revoke,
} from '#libs/registry';
import { z } from 'zod';
import { REGISTRATION_DESK } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, TakesJson, TakesQuery } from './describe.js';
import { idField, numberField, parseInput } from './input.js';
import { registrationListSchema, registrationSchema } from './schemas.js';

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
  @Answers(200, 'The registration', registrationSchema)
  async read(@Param('id') id: string): Promise<Registration> {
    const registration = await this.desk.registry.find(parseInput(idField, id));
    if (!registration)
      throw new RegistryError(
        'NOT_FOUND',
        'registrationId',
        'names no registration of this province',
        'look it up in the list',
      );
    return registration;
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
}
