import {
  InterceptingCall,
  ServerInterceptingCall,
  type Interceptor,
  type Metadata,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  context,
  isSpanContextValid,
  propagation,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';

const STATUS = 'rpc.grpc.status_code';
const HEADER = 'traceparent';
/** Calls that belong to one check; those of logs, witnesses and health would be most of all traces, and a batch is one call for hours. */
const TRACED = /^\/weft\.(check|similarity|registration|clearance|finding)\.v1\./;

const intoMetadata = {
  set(metadata: Metadata, name: string, value: string): void {
    // W3C's tracestate would carry other vendors' words.
    if (name === HEADER) metadata.set(name, value);
  },
};

const fromMetadata = {
  keys: () => [HEADER],
  /** Two of them, or one that is no text, are none. */
  get(metadata: Metadata, name: string): string | undefined {
    const [value, ...others] = name === HEADER ? metadata.get(name) : [];
    return typeof value === 'string' && others.length === 0 ? value : undefined;
  },
};

/**
 * Whether this process traces, as it is when its connections and its server are made. Where it does not, no call pays for it.
 */
export function isTracing(): boolean {
  return propagation.fields().length > 0;
}

/**
 * Makes calls within a trace a part of it, and tells the other side (W3C trace context, `traceparent`).
 * @param peer name of the server, as its certificate has it
 */
export function traceOutgoing(peer: string): Interceptor {
  return (options, nextCall) => {
    const { path, requestStream } = options.method_definition;
    const here = context.active();
    if (!isTraced(path, requestStream) || !isOpen(here)) return new InterceptingCall(nextCall(options));
    const span = begin(path, SpanKind.CLIENT, here, { 'server.address': peer });
    return new InterceptingCall(nextCall(options), {
      start: (metadata, _listener, next) => {
        propagation.inject(trace.setSpan(here, span), metadata, intoMetadata);
        next(metadata, {
          onReceiveStatus: (status, pass) => {
            end(span, status.code);
            pass(status);
          },
        });
      },
    });
  };
}

/**
 * Makes a call from a trace elsewhere a part of that trace, and any other the beginning of one. What the metadata says is a parent and
 * nothing more: whether it is recorded the sampler here decides, and what is no `traceparent` is as good as none.
 */
export function traceIncoming(): ServerInterceptor {
  return (method, call) => {
    if (!isTraced(method.path, method.requestStream)) return new ServerInterceptingCall(call);
    let span: Span | undefined;
    let here: Context = ROOT_CONTEXT;
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const from = propagation.extract(ROOT_CONTEXT, metadata, fromMetadata);
            const begun = begin(method.path, SpanKind.SERVER, from, {});
            if (!isSpanContextValid(begun.spanContext())) return pass(metadata);
            span = begun;
            here = trace.setSpan(ROOT_CONTEXT, span);
            context.with(here, pass, undefined, metadata);
          },
          onReceiveMessage: (message, pass) => context.with(here, pass, undefined, message),
          onReceiveHalfClose: (pass) => context.with(here, pass),
          onCancel: () => span?.end(),
        }),
      sendStatus: (status, pass) => {
        if (span && status.code !== undefined) end(span, status.code);
        pass(status);
      },
    });
  };
}

function isTraced(path: string, requestStream: boolean): boolean {
  return TRACED.test(path) && !requestStream;
}

/** Whether there is a trace to belong to: one that is not recorded is told of as that, one whose part here has ended is none. */
function isOpen(here: Context): boolean {
  const span = trace.getSpan(here);
  return span !== undefined && (span.isRecording() || !(span.spanContext().traceFlags & TraceFlags.SAMPLED));
}

function begin(path: string, kind: SpanKind, parent: Context, attributes: Record<string, string>): Span {
  return trace
    .getTracer('weft')
    .startSpan(path.slice(1), { kind, attributes: { 'rpc.system': 'grpc', ...attributes } }, parent);
}

/** The code alone: a status' words may tell what no collector is to know. */
function end(span: Span, code: number): void {
  span.setAttribute(STATUS, code);
  if (code !== 0) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
