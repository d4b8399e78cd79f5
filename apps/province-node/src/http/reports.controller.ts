import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  batchFactsSchema,
  checkFactsSchema,
  LANGUAGES,
  type BatchFacts,
  type CheckFacts,
  type FactsFile,
} from '#libs/report';
import type { Response } from 'express';
import { z } from 'zod';
import type { BatchReportDesk } from '../reports/batch-report-desk.js';
import type { ReportDesk } from '../reports/report-desk.js';
import { BATCH_REPORTS, REPORTS } from '../tokens.js';
import { Answers, AnswersFile, TakesQuery } from './describe.js';
import { idField, parseInput } from './input.js';

export const PDF = 'application/pdf';
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const languageQuery = z.strictObject({
  lang: z.enum(LANGUAGES, `is not one of ${LANGUAGES.join(', ')}`).default('zh'),
});
const digest = z.string();

@ApiTags('reports')
@ApiBearerAuth()
@Controller('api/v1')
export class ReportsController {
  constructor(
    @Inject(REPORTS) private readonly reports: Pick<ReportDesk, 'facts' | 'pdf'>,
    @Inject(BATCH_REPORTS) private readonly batches: Pick<BatchReportDesk, 'facts' | 'list' | 'pdf'>,
  ) {}

  @Get('checks/:id/report.pdf')
  @TakesQuery(languageQuery)
  @ApiProduces(PDF)
  @AnswersFile('The report of the check, A4')
  async checkPdf(@Param('id') id: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    const checkId = parseInput(idField, id);
    const { lang } = parseInput(languageQuery, query);
    sendFile(response, PDF, `weft-report-${checkId}.pdf`, await this.reports.pdf(checkId, lang));
  }

  @Get('checks/:id/report.json')
  @Answers(
    200,
    'What the report of the check says, with its digest',
    z.object({ digest, facts: checkFactsSchema }),
  )
  async checkFacts(@Param('id') id: string): Promise<FactsFile<CheckFacts>> {
    return this.reports.facts(parseInput(idField, id));
  }

  @Get('check-batches/:id/report.pdf')
  @TakesQuery(languageQuery)
  @ApiProduces(PDF)
  @AnswersFile('The report of the batch, A4: a summary and every picture')
  async batchPdf(@Param('id') id: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    const batchId = parseInput(idField, id);
    const { lang } = parseInput(languageQuery, query);
    sendFile(response, PDF, `weft-batch-${batchId}.pdf`, await this.batches.pdf(batchId, lang));
  }

  @Get('check-batches/:id/report.xlsx')
  @ApiProduces(XLSX)
  @AnswersFile('The list of the batch, a row for each picture')
  async batchList(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const batchId = parseInput(idField, id);
    sendFile(response, XLSX, `weft-batch-${batchId}.xlsx`, await this.batches.list(batchId));
  }

  @Get('check-batches/:id/report.json')
  @Answers(
    200,
    'What the report of the batch says, with its digest',
    z.object({ digest, facts: batchFactsSchema }),
  )
  async batchFacts(@Param('id') id: string): Promise<FactsFile<BatchFacts>> {
    return this.batches.facts(parseInput(idField, id));
  }
}

/** Sends a file under a name of ours: nothing of it came from outside. */
export function sendFile(response: Response, type: string, name: string, file: Uint8Array): void {
  response
    .type(type)
    .set('Content-Disposition', `attachment; filename="${name}"`)
    .send(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
}
