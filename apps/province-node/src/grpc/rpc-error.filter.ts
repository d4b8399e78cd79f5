import { Catch, Inject, type RpcExceptionFilter } from '@nestjs/common';
import { describeError } from '#libs/lifecycle';
import { QuestionRefused, RegistryError } from '#libs/registry';
import { toRpcStatus, type RpcStatus } from '#libs/rpc';
import { throwError, type Observable } from 'rxjs';
import { type Logger } from 'pino';
import { LOGGER } from '../tokens.js';

/** Turns what a controller throws into a gRPC status; what nobody foresaw is also logged. */
@Catch()
export class RpcErrorFilter implements RpcExceptionFilter<unknown> {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown): Observable<RpcStatus> {
    if (!(error instanceof RegistryError || error instanceof QuestionRefused))
      this.logger.error({ error: describeError(error) }, 'a call failed');
    return throwError(() => toRpcStatus(error));
  }
}
