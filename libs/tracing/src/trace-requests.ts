import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  SpanKind,
  SpanStatusCode,
  context,
  isSpanContextValid,
  trace,
  ROOT_CONTEXT,
} from '@opentelemetry/api';

/** The request as Express has it: with its whole path, and with the route once there is one. */
interface RoutedRequest extends IncomingMessage {
  readonly originalUrl?: string;
  readonly route?: { readonly path?: unknown };
}

/**
 * Makes each request of the API the beginning of a trace, named by its route: no id, no query. What a caller says of a trace is not
 * read: it is a person's browser or program.
 */
export function traceRequests() {
  return (request: RoutedRequest, response: ServerResponse, next: () => void): void => {
    const { method = '' } = request;
    if (!(request.originalUrl ?? request.url ?? '').startsWith('/api/')) return next();
    const attributes = { 'http.request.method': method };
    const span = trace
      .getTracer('weft')
      .startSpan(method, { kind: SpanKind.SERVER, attributes }, ROOT_CONTEXT);
    if (!isSpanContextValid(span.spanContext())) return next();
    response.once('close', () => {
      const { path } = request.route ?? {};
      if (typeof path === 'string') span.updateName(`${method} ${path}`).setAttribute('http.route', path);
      span.setAttribute('http.response.status_code', response.statusCode);
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    const here = trace.setSpan(ROOT_CONTEXT, span);
    // Its body is read by events that begin outside of any handler.
    context.bind(here, request);
    context.with(here, next);
  };
}
