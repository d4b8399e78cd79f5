import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { TracingLog } from './tracing.js';

/** Tells once when spans do not reach the collector, and once when they do again; nobody else is bothered with it. */
export class ToldExporter implements SpanExporter {
  private failing = false;

  constructor(
    private readonly sender: SpanExporter,
    private readonly log: TracingLog,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.sender.export(spans, ({ code }) => {
      const failed = code !== ExportResultCode.SUCCESS;
      if (failed && !this.failing)
        this.log.warn(
          'traces do not reach the collector of WEFT_OTLP_ENDPOINT; they are dropped until they do',
        );
      if (!failed && this.failing) this.log.info('traces reach the collector again');
      this.failing = failed;
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  shutdown(): Promise<void> {
    return this.sender.shutdown();
  }
}
