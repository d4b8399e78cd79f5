import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { readLogFile, type LogReader } from '#libs/federation-log';
import { sendLogFile } from '#libs/log-service';
import { RegistryError } from '#libs/registry';
import { LOG_STORE } from '../tokens.js';
import { AnswersFile } from './describe.js';

/** The node's log as files in the layout of C2SP tlog-tiles. */
@ApiTags('log')
@ApiBearerAuth()
@Controller('log')
export class LogController {
  constructor(@Inject(LOG_STORE) private readonly store: LogReader) {}

  @Get('*path')
  @ApiProduces('text/plain', 'application/octet-stream')
  @AnswersFile('checkpoint, tile/<L>/<N>[.p/<W>] or tile/entries/<N>[.p/<W>]')
  async read(
    @Param('path') parts: string | readonly string[],
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const file = await readLogFile(this.store, [parts].flat().join('/'));
    if (file === null) {
      throw new RegistryError('NOT_FOUND', 'path', 'is no file of this log', 'begin with /log/checkpoint');
    }
    await sendLogFile(request, response, file, 'private');
  }
}
