import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  examinationFigures,
  type ExaminationDeps,
  type ExaminationFigures,
  RegistryError,
  sharesOf,
  type StatisticsReader,
} from '#libs/registry';
import { writeMonthlyTable } from '#libs/report';
import type { Response } from 'express';
import { z } from 'zod';
import { EXAMINATION, STATISTICS } from '../tokens.js';
import { Answers, AnswersFile, TakesQuery } from './describe.js';
import { parseInput } from './input.js';
import { sendFile, XLSX } from './reports.controller.js';
import { statisticsSchema } from './schemas.js';

const MOST_MONTHS = 36;
const monthField = z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'is not a month like 2026-03');
const periodQuery = z.strictObject({ from: monthField, to: monthField });
const monthQuery = z.strictObject({ month: monthField });

@ApiTags('statistics')
@ApiBearerAuth()
@Controller('api/v1/statistics')
export class StatisticsController {
  constructor(
    @Inject(STATISTICS) private readonly statistics: StatisticsReader,
    @Inject(EXAMINATION) private readonly examination: Pick<ExaminationDeps, 'calendar'>,
  ) {}

  @Get()
  @TakesQuery(periodQuery)
  @Answers(
    200,
    'Works, checks and examination days of this node by month, and what share were duplicates',
    statisticsSchema,
  )
  async read(@Query() query: unknown): Promise<z.infer<typeof statisticsSchema>> {
    const { from, to } = parseInput(periodQuery, query);
    const months = monthNumber(to) - monthNumber(from) + 1;
    if (months < 1 || months > MOST_MONTHS)
      throw new RegistryError(
        'INVALID_INPUT',
        'to',
        `makes a period of ${months} months`,
        `give a period of 1 to ${MOST_MONTHS} months`,
      );
    const [works, checks, examinations] = await Promise.all([
      this.statistics.works(from, to),
      this.statistics.checks(from, to),
      this.examinations(from, to),
    ]);
    return { from, to, works, checks, examinations, shares: sharesOf(checks) };
  }

  @Get('monthly.xlsx')
  @TakesQuery(monthQuery)
  @ApiProduces(XLSX)
  @AnswersFile(
    'The registrations of a month in the national form, and the examination days of what ended in it',
  )
  async monthly(@Query() query: unknown, @Res() response: Response): Promise<void> {
    const { month } = parseInput(monthQuery, query);
    const [rows, examinations] = await Promise.all([
      this.statistics.monthly(month),
      this.examinations(month, month),
    ]);
    const table = await writeMonthlyTable(month, rows, examinations[0]);
    sendFile(response, XLSX, `weft-monthly-${month}.xlsx`, table);
  }

  private async examinations(from: string, to: string): Promise<ExaminationFigures[]> {
    return examinationFigures(this.examination.calendar, await this.statistics.examinations(from, to));
  }
}

function monthNumber(month: string): number {
  return 12 * Number(month.slice(0, 4)) + Number(month.slice(5));
}
