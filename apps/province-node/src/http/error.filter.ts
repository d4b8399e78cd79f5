import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import { storageProblem, type PersistenceErrorCode } from '#libs/persistence';
import { Busy, RegistryError, type RegistryErrorCode, TooManyAttempts } from '#libs/registry';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Random } from '#libs/registry';
import { LOGGER, RANDOM } from '../tokens.js';

/** What every failed request is answered with. */
export interface ErrorBody {
  readonly error: {
    readonly code: RegistryErrorCode | 'INTERNAL' | 'NO_SPACE';
    readonly field: string;
    readonly problem: string;
    readonly remedy: string;
  };
}

/** The HTTP status of each class of error. */
function statusOf(code: RegistryErrorCode): number {
  switch (code) {
    case 'INVALID_INPUT':
      return 400;
    case 'UNAUTHENTICATED':
      return 401;
    case 'FORBIDDEN':
    case 'NO_CLEAR_TOKEN':
      return 403;
    case 'NOT_FOUND':
      return 404;
    case 'CONFLICT':
    case 'WRONG_STATE':
      return 409;
    case 'UNFIT_PICTURE':
      return 422;
    case 'TOO_MANY':
      return 429;
    case 'FEDERATION_UNAVAILABLE':
    case 'INDEX_UNAVAILABLE':
    case 'INDEX_TIMEOUT':
      return 503;
  }
}

// What the body parser and Express throw for a request that they cannot read.
const unreadable = z.object({ status: z.int().min(400).max(499) });

/** The one place where an error becomes an HTTP answer. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status, body } = this.answerTo(error);
    if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    if (error instanceof TooManyAttempts) response.setHeader('Retry-After', error.waitSeconds);
    else if (error instanceof Busy) response.setHeader('Retry-After', Math.ceil(error.retryAfterMs / 1_000));
    else if (status === 429 || status === 503) response.setHeader('Retry-After', 1);
    response.status(status).json(body);
  }

  private answerTo(error: unknown): { status: number; body: ErrorBody } {
    if (error instanceof RegistryError) {
      const { code, field, problem, remedy } = error;
      return { status: statusOf(code), body: { error: { code, field, problem, remedy } } };
    }
    const status =
      error instanceof HttpException ? error.getStatus() : unreadable.safeParse(error).data?.status;
    if (status !== undefined && status < 500) return { status, body: requestProblem(status, error) };
    const incident = this.random.uuid();
    const storage = storageProblem(error);
    if (storage) {
      const { problem: what, remedy } = storage;
      this.logger.error({ err: error, incident, problem: what, remedy }, 'a request could not be kept');
      return storageAnswer(storage.code, incident);
    }
    this.logger.error({ err: error, incident }, 'a request failed');
    return {
      status: 500,
      body: {
        error: {
          code: 'INTERNAL',
          field: 'server',
          problem: `failed (incident ${incident})`,
          remedy: "try again; if it stays, give the incident to the node's operator",
        },
      },
    };
  }
}

/** Where the node's disk or its database is the cause: whoever asked learns that it is not theirs to mend. */
function storageAnswer(code: PersistenceErrorCode, incident: string): { status: number; body: ErrorBody } {
  const tell = "tell the node's operator, who finds the incident in its log; send it again then";
  if (code === 'NO_SPACE')
    return {
      status: 507,
      body: problem('NO_SPACE', 'disk', `is full at this node (incident ${incident})`, tell),
    };
  const problemText = `does not answer (incident ${incident})`;
  return {
    status: 503,
    body: problem('INTERNAL', 'database', problemText, `try again soon; if it stays, ${tell}`),
  };
}

/** What Express and Nest refuse before a controller is asked. */
function requestProblem(status: number, error: unknown): ErrorBody {
  switch (status) {
    case 404:
      return problem('NOT_FOUND', 'path', 'is not a route of this node', 'see /api/v1/openapi.json');
    case 413:
      return problem(
        'INVALID_INPUT',
        'body',
        'is too large',
        'send at most 64 MiB of picture, 64 KiB of JSON',
      );
    case 415:
      return problem('INVALID_INPUT', 'content-type', 'is not read here', 'see /api/v1/openapi.json');
    default: {
      // Nest's words for a form that it does not read name the rule or the field ("Unexpected file field - scan").
      const rule = error instanceof HttpException ? ` (${error.message})` : '';
      return problem(
        'INVALID_INPUT',
        'body',
        `cannot be read${rule}`,
        'see /api/v1/openapi.json for its form',
      );
    }
  }
}

function problem(code: ErrorBody['error']['code'], field: string, what: string, remedy: string): ErrorBody {
  return { error: { code, field, problem: what, remedy } };
}
