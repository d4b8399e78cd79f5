import { status } from '@grpc/grpc-js';
import { Catch, Inject, type RpcExceptionFilter } from '@nestjs/common';
import { describeError } from '#libs/lifecycle';
import { storageProblem } from '#libs/persistence';
import { QuestionRefused, RegistryError } from '#libs/registry';
import { toRpcStatus, type RpcStatus } from '#libs/rpc';
import { throwError, type Observable } from 'rxjs';
import { type Logger } from 'pino';
import { LOGGER } from '../tokens.js';

/** A call that cannot be recorded is not answered, whatever it asked. */
const NOT_KEPT: RpcStatus = {
  code: status.UNAVAILABLE,
  details: 'store: cannot be written here now; its operator has to make room, or to bring its database back',
};

/** Turns what a controller throws into a gRPC status; what nobody foresaw is also logged. */
@Catch()
export class RpcErrorFilter implements RpcExceptionFilter<unknown> {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown): Observable<RpcStatus> {
    if (!(error instanceof RegistryError || error instanceof QuestionRefused))
      this.logger.error({ error: describeError(error) }, 'a call failed');
    return throwError(() => (storageProblem(error) ? NOT_KEPT : toRpcStatus(error)));
  }
}
