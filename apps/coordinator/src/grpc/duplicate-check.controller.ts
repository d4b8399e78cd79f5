import { Controller, Inject, UseFilters } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { Busy, QuestionRefused, RegistryError } from '#libs/registry';
import type { CheckRequest, CheckResponse } from '#libs/rpc';
import { CheckDesk } from '../desk.js';
import { LOGGER } from '../tokens.js';
import { BatchRun, endWith, type BatchCall } from './batch-run.js';
import { callingProvince } from './calling-province.js';
import { callDeadline } from './check-deadline.js';
import { checkResponse } from './check-response.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

/** Batches of one province at once; more are refused. */
const MOST_BATCHES_EACH = 4;
const BATCH_RETRY_MS = 5_000;

@Controller()
@UseFilters(RpcErrorFilter)
export class DuplicateCheckController {
  private readonly batches = new Map<string, number>();

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
    const [peer, deadline] = [callingProvince(call), callDeadline(call)];
    return this.desk.inTurn(peer, deadline, async () => {
      const accepted = await this.desk.accept(request, peer);
      const [reply] = await this.desk.ask([accepted], deadline);
      if (!reply) throw new Error('one question, no reply');
      return checkResponse(reply);
    });
  }

  @GrpcStreamCall('DuplicateCheckService', 'checkBatch')
  async checkBatch(call: BatchCall): Promise<void> {
    try {
      const peer = callingProvince(call);
      await this.asOneOfFew(peer, () => new BatchRun(this.desk, call, peer).run());
      call.end();
    } catch (error) {
      if (!(error instanceof RegistryError || error instanceof QuestionRefused || call.cancelled))
        this.logger.error({ err: error }, 'a batch failed');
      endWith(call, error);
    }
  }

  private async asOneOfFew(peer: string, run: () => Promise<void>): Promise<void> {
    const open = this.batches.get(peer) ?? 0;
    if (open >= MOST_BATCHES_EACH) throw new Busy('batch', BATCH_RETRY_MS);
    this.batches.set(peer, open + 1);
    try {
      await run();
    } finally {
      this.batches.set(peer, (this.batches.get(peer) ?? 1) - 1);
    }
  }
}
