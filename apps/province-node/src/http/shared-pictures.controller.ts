import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type Actor, askForPicture, type AskPictureDeps, PICTURE_SIZES } from '#libs/registry';
import type { Response } from 'express';
import { z } from 'zod';
import { ASK_PICTURE } from '../tokens.js';
import { Caller } from './access.guard.js';
import { AnswersFile, TakesJson } from './describe.js';
import { idField, parseInput } from './input.js';

const wishBody = z.strictObject({
  province: z.string('is not text').min(1, 'is empty').max(64, 'is longer than 64 characters'),
  registrationId: idField,
  size: z.enum(PICTURE_SIZES, `is none of ${PICTURE_SIZES.join(', ')}`),
  reason: z.string('is not text').max(500, 'is longer than 500 characters').default(''),
});

@ApiTags('comparisons')
@ApiBearerAuth()
@Controller('api/v1/shared-pictures')
export class SharedPicturesController {
  constructor(@Inject(ASK_PICTURE) private readonly deps: AskPictureDeps) {}

  @Post()
  @HttpCode(200)
  @TakesJson(wishBody)
  @ApiProduces('image/jpeg')
  @AnswersFile(
    "A registration's picture as its province shows it to this one, with its watermark; `Expires` says until when it may be looked at",
  )
  async show(@Body() body: unknown, @Caller() actor: Actor, @Res() response: Response): Promise<void> {
    const { province, ...wish } = parseInput(wishBody, body);
    const { content, expiresAt } = await askForPicture(this.deps, { ...wish, owner: province, actor });
    response.setHeader('Expires', new Date(expiresAt).toUTCString());
    response.type('image/jpeg').send(Buffer.from(content));
  }
}
