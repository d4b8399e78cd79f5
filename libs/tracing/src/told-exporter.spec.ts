import { describe, expect, it } from '@jest/globals';
import { ExportResultCode } from '@opentelemetry/core';
import { ToldExporter } from './told-exporter.js';

describe('a collector that does not take what it is sent', () => {
  it('is one line of the log for each time that it is lost and found, and a failure of nobody', () => {
    const lines: string[] = [];
    const log = { warn: (line: string) => lines.push(line), info: (line: string) => lines.push(line) };
    const told: unknown[] = [];
    let code = ExportResultCode.FAILED;
    const exporter = new ToldExporter(
      { export: (_spans, done) => done({ code }), shutdown: () => Promise.resolve() },
      log,
    );
    const send = (times: number) => {
      for (let at = 0; at < times; at += 1) exporter.export([], (result) => told.push(result.code));
    };
    send(3);
    code = ExportResultCode.SUCCESS;
    send(2);
    code = ExportResultCode.FAILED;
    send(1);
    expect(lines).toEqual([
      expect.stringContaining('do not reach'),
      'traces reach the collector again',
      expect.stringContaining('do not reach'),
    ]);
    expect(new Set(told)).toEqual(new Set([ExportResultCode.SUCCESS]));
  });
});
