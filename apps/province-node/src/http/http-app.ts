import type { Server } from 'node:http';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { traceRequests } from '#libs/tracing';
import type { Logger } from 'pino';
import { AccessGuard } from './access.guard.js';
import { ApiDescription } from './api-description.js';
import { ErrorFilter } from './error.filter.js';

const REQUEST_MS = 120_000;
const HEADERS_MS = 10_000;
const MAX_CONNECTIONS = 512;
/** How often connections are held against these times; Node's own 30 s would let a sender of slow headers hold one four times as long. */
const LOOK_MS = 1_000;

/** A server's certificate and key, PEM. */
export interface HttpTls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * The node's HTTP application, not yet listening: access guard and error filter in force, sizes and times bounded.
 * @param module provides every token that the controllers, the guard and the filter ask for
 * @param tls undefined on loopback only
 */
export async function createHttpApp(
  module: DynamicModule,
  logger: Logger,
  tls?: HttpTls,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(module, {
    abortOnError: false,
    bodyParser: false,
    logger: nestLog(logger),
    ...(tls ? { httpsOptions: { cert: tls.cert, key: tls.key } } : {}),
  });
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(traceRequests());
  app.use(securityHeaders(tls !== undefined));
  app.useBodyParser('json', { limit: '64kb' });
  app.useGlobalGuards(app.get(AccessGuard));
  app.useGlobalFilters(app.get(ErrorFilter));
  app.get(ApiDescription).describe(app);
  boundServer(app.getHttpServer());
  return app;
}

function boundServer(server: Server): void {
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = HEADERS_MS;
  server.maxConnections = MAX_CONNECTIONS;
  // Read when the server begins to listen, and in no type yet.
  Object.assign(server, { connectionsCheckingInterval: LOOK_MS });
}

function securityHeaders(tls: boolean) {
  return (_: Request, response: Response, next: NextFunction): void => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    response.setHeader('Cache-Control', 'no-store');
    if (tls) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
    next();
  };
}

function nestLog(logger: Logger): LoggerService {
  return {
    log: (message: unknown) => logger.debug(String(message)),
    debug: (message: unknown) => logger.debug(String(message)),
    verbose: (message: unknown) => logger.trace(String(message)),
    warn: (message: unknown) => logger.warn(String(message)),
    error: (message: unknown) => logger.error(String(message)),
    fatal: (message: unknown) => logger.fatal(String(message)),
  };
}
