import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import type { Readiness } from '../readiness.js';
import { READINESS } from '../tokens.js';
import { Answers } from './describe.js';
import { healthSchema } from './schemas.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(@Inject(READINESS) private readonly readiness: Readiness) {}

  @Get('live')
  @Answers(200, 'The process runs', healthSchema)
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('ready')
  @Answers(
    200,
    'The node serves, and how far its versions are; 503 with reasons while it does not',
    healthSchema,
  )
  async ready(@Res({ passthrough: true }) response: Response): Promise<z.infer<typeof healthSchema>> {
    const { reasons, versions, log, revocations } = await this.readiness.look();
    if (reasons.length > 0) response.status(503);
    return {
      status: reasons.length > 0 ? 'not ready' : 'ready',
      reasons: [...reasons],
      ...versions,
      ...(log ? { log } : {}),
      ...(revocations ? { revocations } : {}),
    };
  }
}
