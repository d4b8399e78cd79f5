import { Command } from 'commander';
import { z } from 'zod';
import { benchFederation, type FederationBench, type Times } from '../bench/federation/bench-federation.js';
import { readConfig } from '../config.js';
import { Output } from '../output.js';
import { parseOptions, sayOnStandardError, wholeNumber } from './bench-options.js';

const optionsSchema = z.object({
  patterns: wholeNumber(1, 1_000_000),
  checks: wholeNumber(1, 100_000),
  apart: wholeNumber(0, 10_000),
});

/** `weft bench federation`: how long a check takes end to end from a ready fingerprint. */
export function federationCommand(): Command {
  return new Command('federation')
    .description(
      'time checks from ready fingerprints over four node processes with mutual TLS, without geometric verification',
    )
    .option('--patterns <count>', 'drawn patterns in each of the four provinces', '106000')
    .option('--checks <count>', 'checks to measure, after a warm-up', '200')
    .option(
      '--apart <count>',
      'checks to measure before, each when the log has done with the one before it',
      '20',
    )
    .action(async (_options: unknown, command: Command) => {
      const output = Output.of(command);
      const options = parseOptions(optionsSchema, command, 'weft bench federation');
      const result = await benchFederation(readConfig(), options, sayOnStandardError);
      output.result(result, () => resultText(result));
    });
}

function resultText({
  patterns,
  provinces,
  checks,
  answered,
  apart,
  receipts,
  ...result
}: FederationBench): string {
  return [
    `${checks} checks over ${provinces} provinces of ${patterns} patterns each, from a ready fingerprint:`,
    `  ${timesText(result)}`,
    ...(apart === null
      ? []
      : [
          `  apart from each other: ${timesText(apart)}`,
          `  what the log does for the checks before adds ${result.logging_adds_ms} ms to the median`,
        ]),
    `  answered by all members in full: ${answered}`,
    `  all receipts witnessed: ${receipts.witnessed}; the last of them ${timesText(receipts)} after the check`,
    `  processor time a check, PostgreSQL not counted: ${result.processor_ms ?? 'unknown'} ms`,
    `  ${result.processors} x ${result.processor}`,
  ].join('\n');
}

function timesText({ p50_ms, p95_ms, p99_ms }: Times): string {
  return `median ${p50_ms} ms, 95% within ${p95_ms} ms, 99% within ${p99_ms} ms`;
}
