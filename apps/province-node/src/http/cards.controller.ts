import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Actor } from '#libs/registry';
import { cardPrintSchema, LANGUAGES } from '#libs/report';
import type { Response } from 'express';
import { z } from 'zod';
import type { CardDesk, CardView } from '../cards/card-desk.js';
import { CARDS } from '../tokens.js';
import { Caller } from './access.guard.js';
import { Answers, AnswersFile, TakesQuery } from './describe.js';
import { idField, parseInput } from './input.js';
import { PDF, sendFile } from './reports.controller.js';

const languageQuery = z.strictObject({
  lang: z.enum(LANGUAGES, `is not one of ${LANGUAGES.join(', ')}`).default('zh'),
});

@ApiTags('registrations')
@ApiBearerAuth()
@Controller('api/v1/registrations/:id')
export class CardsController {
  constructor(@Inject(CARDS) private readonly cards: Pick<CardDesk, 'view' | 'file' | 'pdf'>) {}

  @Get('id-card')
  @Answers(
    200,
    'The identity card of the registration, and what its QR code says',
    z.object({ card: cardPrintSchema, code: z.string() }),
  )
  async view(@Param('id') id: string): Promise<CardView> {
    return this.cards.view(parseInput(idField, id));
  }

  @Get('id-card.json')
  @ApiProduces('application/json')
  @AnswersFile('The identity card with its proofs, for "weft audit verify"')
  async file(@Param('id') id: string, @Caller() actor: Actor, @Res() response: Response): Promise<void> {
    const registrationId = parseInput(idField, id);
    const file = Buffer.from(await this.cards.file(registrationId, actor));
    sendFile(response, 'application/json', `weft-card-${registrationId}.json`, file);
  }

  @Get('id-card.pdf')
  @TakesQuery(languageQuery)
  @ApiProduces(PDF)
  @AnswersFile('The identity card to be printed, A4')
  async card(@Param('id') id: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    await this.print('card', id, query, response);
  }

  @Get('certificate.pdf')
  @TakesQuery(languageQuery)
  @ApiProduces(PDF)
  @AnswersFile('The certificate of the registration, A4')
  async certificate(
    @Param('id') id: string,
    @Query() query: unknown,
    @Res() response: Response,
  ): Promise<void> {
    await this.print('certificate', id, query, response);
  }

  private async print(
    kind: 'card' | 'certificate',
    id: string,
    query: unknown,
    response: Response,
  ): Promise<void> {
    const registrationId = parseInput(idField, id);
    const { lang } = parseInput(languageQuery, query);
    const file = await this.cards.pdf(kind, registrationId, lang);
    sendFile(response, PDF, `weft-${kind}-${registrationId}.pdf`, file);
  }
}
