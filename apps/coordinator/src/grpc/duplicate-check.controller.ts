import { Controller, Inject, UseFilters } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { QuestionRefused, RegistryError } from '#libs/registry';
import type { CheckRequest, CheckResponse } from '#libs/rpc';
import { CheckDesk } from '../desk.js';
import { LOGGER } from '../tokens.js';
import { BatchRun, endWith, type BatchCall } from './batch-run.js';
import { callingProvince } from './calling-province.js';
import { callDeadline } from './check-deadline.js';
import { checkResponse } from './check-response.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

/** Checks and batches on their way at once; more are refused. */
const MAX_OPEN = 256;

@Controller()
@UseFilters(RpcErrorFilter)
export class DuplicateCheckController {
  private open = 0;

  constructor(
    private readonly desk: CheckDesk,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @GrpcMethod('DuplicateCheckService', 'check')
  check(
    request: CheckRequest,
    _metadata: Metadata,
    call: ServerUnaryCall<CheckRequest, CheckResponse>,
  ): Promise<CheckResponse> {
    return this.whileOpen(async () => {
      const accepted = await this.desk.accept(request, callingProvince(call));
      const [reply] = await this.desk.ask([accepted], callDeadline(call));
      if (!reply) throw new Error('one question, no reply');
      return checkResponse(reply);
    });
  }

  @GrpcStreamCall('DuplicateCheckService', 'checkBatch')
  async checkBatch(call: BatchCall): Promise<void> {
    try {
      await this.whileOpen(() => new BatchRun(this.desk, call, callingProvince(call)).run());
      call.end();
    } catch (error) {
      if (!(error instanceof RegistryError || error instanceof QuestionRefused || call.cancelled))
        this.logger.error({ err: error }, 'a batch failed');
      endWith(call, error);
    }
  }

  private async whileOpen<T>(work: () => Promise<T>): Promise<T> {
    if (this.open >= MAX_OPEN)
      throw new RegistryError('TOO_MANY', 'check', 'too many wait already', 'ask again later');
    this.open += 1;
    try {
      return await work();
    } finally {
      this.open -= 1;
    }
  }
}
