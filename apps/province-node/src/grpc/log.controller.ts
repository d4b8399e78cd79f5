import { Controller, Inject, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  GetReceiptsRequest,
  GetReceiptsResponse,
  LogHandlers,
  ReadFileRequest,
  ReadFileResponse,
} from '#libs/rpc';
import { LOG_HANDLERS } from '../tokens.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

@Controller()
@UseFilters(RpcErrorFilter)
export class LogController {
  constructor(
    @Inject(LOG_HANDLERS) private readonly handlers: Pick<LogHandlers, 'getReceipts' | 'readFile'>,
  ) {}

  @GrpcMethod('LogService', 'getReceipts')
  getReceipts(request: GetReceiptsRequest): Promise<GetReceiptsResponse> {
    return this.handlers.getReceipts(request);
  }

  @GrpcMethod('LogService', 'readFile')
  readFile(request: ReadFileRequest): Promise<ReadFileResponse> {
    return this.handlers.readFile(request);
  }
}
