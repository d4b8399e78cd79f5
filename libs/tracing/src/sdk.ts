import { setTimeout as wait } from 'node:timers/promises';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { BoundedSampler } from './bounded-sampler.js';
import { ToldExporter } from './told-exporter.js';
import type { Tracing, TracingLog, TracingSettings } from './tracing.js';

/** Spans that wait; more are dropped. */
const MOST_WAITING = 2_048;
const MOST_AT_ONCE = 512;
const EVERY_MS = 2_000;
const EXPORT_MS = 4_000;
const STOP_MS = 2_000;
const MOST_ATTRIBUTES = 64;
const LONGEST_ATTRIBUTE = 256;

/** Registers OpenTelemetry's SDK for this process. */
export function openSdk({ endpoint, ratio }: TracingSettings, party: string, log: TracingLog): Tracing {
  const sender = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_MS,
    concurrencyLimit: 2,
  });
  const queue = new BatchSpanProcessor({
    exporter: new ToldExporter(sender, log),
    maxQueueSize: MOST_WAITING,
    maxExportBatchSize: MOST_AT_ONCE,
    scheduledDelayMillis: EVERY_MS,
    exportTimeoutMillis: EXPORT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'weft', 'service.instance.id': party }),
    sampler: new BoundedSampler(ratio),
    spanLimits: { attributeCountLimit: MOST_ATTRIBUTES, attributeValueLengthLimit: LONGEST_ATTRIBUTE },
    spanProcessors: [queue],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    async stop() {
      const sent = provider.shutdown().catch(() => undefined);
      await Promise.race([sent, wait(STOP_MS, undefined, { ref: false })]);
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}
