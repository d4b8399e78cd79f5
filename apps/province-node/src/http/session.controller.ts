import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { logIn, type LogInDeps, MAX_PASSWORD_CHARACTERS, type Session } from '#libs/registry';
import type { Request } from 'express';
import { z } from 'zod';
import { LOG_IN } from '../tokens.js';
import { networkOf } from './network.js';
import { Answers, TakesJson } from './describe.js';
import { parseInput } from './input.js';
import { sessionSchema } from './schemas.js';

const logInSchema = z.strictObject({
  user: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u),
  password: z.string().min(1).max(MAX_PASSWORD_CHARACTERS),
});

@ApiTags('session')
@Controller('api/v1/session')
export class SessionController {
  constructor(@Inject(LOG_IN) private readonly deps: LogInDeps) {}

  @Post()
  @HttpCode(200)
  @TakesJson(logInSchema)
  @Answers(200, 'A session of 15 minutes', sessionSchema)
  async open(@Body() body: unknown, @Req() request: Request): Promise<Session> {
    const credentials = parseInput(logInSchema, body);
    return logIn(this.deps, { ...credentials, address: networkOf(request.socket.remoteAddress ?? '') });
  }
}
