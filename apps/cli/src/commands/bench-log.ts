import { Command } from 'commander';
import { z } from 'zod';
import { benchLog, type LogBench } from '../bench/bench-log.js';
import { readConfig } from '../config.js';
import { Output } from '../output.js';
import { parseOptions, sayOnStandardError, wholeNumber } from './bench-options.js';

const optionsSchema = z.object({ seconds: wholeNumber(1, 3_600), open: wholeNumber(1, 4_096) });

/** `weft bench log`: how fast entries become durable and signed, and how fast a log is verified. */
export function logBenchCommand(): Command {
  return new Command('log')
    .description(
      'time appends to a log that is being signed, on a PostgreSQL of its own, and its verification',
    )
    .option('--seconds <count>', 'how long to append', '10')
    .option('--open <count>', 'appends that are open at once', '256')
    .action(async (_options: unknown, command: Command) => {
      const request = parseOptions(optionsSchema, command, 'weft bench log');
      const result = await benchLog(readConfig(), request, sayOnStandardError);
      Output.of(command).result(result, () => resultText(result));
    });
}

function resultText(result: LogBench): string {
  const { durable_ms: durable, signed_ms: signed, alone_ms: alone, commit_ms: commit, verification } = result;
  return [
    `${result.appends} appends in ${result.seconds} s, ${result.open} open at once: ${result.appends_per_s} a second`,
    `  durable: median ${durable.p50} ms, 99% within ${durable.p99} ms`,
    `  under a signed checkpoint: median ${signed.p50} ms, 99% within ${signed.p99} ms (${result.checkpoints} checkpoints)`,
    `  alone: median ${alone.p50} ms, 99% within ${alone.p99} ms; a check waits for ${result.added_to_a_check_ms} ms of it`,
    `  (a bare commit on this disk: median ${commit.p50} ms)`,
    `  verified in a second of one processor: ${verification.entries_per_s} entries, ${verification.signatures_per_s} signatures;`,
    `    by "weft audit fsck" ${verification.fsck_entries_per_s} entries, with --hash-only ${verification.fsck_hash_only_entries_per_s}`,
    `  ${result.processors} x ${result.processor}`,
  ].join('\n');
}
