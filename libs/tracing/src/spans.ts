import { SpanStatusCode, context, trace, type Attributes, type Span } from '@opentelemetry/api';

/**
 * Does work as a part of the trace that it happens in. Outside of one, without tracing, or when what it belongs to has ended (a batch
 * goes on after the request that began it), it only does it.
 * @param name of few kinds: no id in it
 * @param attributes computed where there is a span
 */
export async function inSpan<T>(
  name: string,
  attributes: () => Attributes,
  work: (span: Span | null) => Promise<T>,
): Promise<T> {
  const parent = context.active();
  if (!trace.getSpan(parent)?.isRecording()) return work(null);
  const span = trace.getTracer('weft').startSpan(name, { attributes: attributes() }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), work, undefined, span);
  } catch (error) {
    // Not its words: they may name what no collector is told.
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
