import { Command } from 'commander';
import { z } from 'zod';
import { benchFederation, type FederationBench } from '../bench/federation/bench-federation.js';
import { readConfig } from '../config.js';
import { Output } from '../output.js';
import { parseOptions, sayOnStandardError, wholeNumber } from './bench-options.js';

const optionsSchema = z.object({
  patterns: wholeNumber(1, 1_000_000),
  checks: wholeNumber(1, 100_000),
});

/** `weft bench federation`: how long a check takes end to end from a ready fingerprint. */
export function federationCommand(): Command {
  return new Command('federation')
    .description(
      'time checks from ready fingerprints over four node processes with mutual TLS, without geometric verification',
    )
    .option('--patterns <count>', 'drawn patterns in each of the four provinces', '106000')
    .option('--checks <count>', 'checks to measure, after a warm-up', '200')
    .action(async (_options: unknown, command: Command) => {
      const output = Output.of(command);
      const options = parseOptions(optionsSchema, command, 'weft bench federation');
      const result = await benchFederation(readConfig(), options, sayOnStandardError);
      output.result(result, () => resultText(result));
    });
}

function resultText({ patterns, provinces, checks, answered, ...times }: FederationBench): string {
  return [
    `${checks} checks over ${provinces} provinces of ${patterns} patterns each, from a ready fingerprint:`,
    `  median ${times.p50_ms} ms, 95% within ${times.p95_ms} ms, 99% within ${times.p99_ms} ms`,
    `  answered by all members in full: ${answered}`,
    `  ${times.processors} x ${times.processor}`,
  ].join('\n');
}
