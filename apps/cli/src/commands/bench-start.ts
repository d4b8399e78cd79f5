import { Command } from 'commander';
import { z } from 'zod';
import { benchStart } from '../bench/bench-start.js';
import { readConfig } from '../config.js';
import { Output } from '../output.js';
import { parseOptions, sayOnStandardError, wholeNumber } from './bench-options.js';

const optionsSchema = z.object({ patterns: wholeNumber(1, 4_000_000) });

/** `weft bench start`: how soon a node's index is filled. */
export function startBenchCommand(): Command {
  return new Command('start')
    .description("time how a node's index is filled when it starts, from its registry and from its file")
    .option('--patterns <count>', 'in the registry; a million takes some minutes to file, once', '106000')
    .action(async (_options: unknown, command: Command) => {
      const { patterns } = parseOptions(optionsSchema, command, 'weft bench start');
      const result = await benchStart(readConfig(), patterns, sayOnStandardError);
      Output.of(command).result(result, () =>
        [
          `${patterns} patterns: from the registry ${result.from_registry_s} s`,
          `  from the index's file, compared with the registry, ${result.from_file_s} s (written in ${result.file_written_s} s)`,
          `  ${result.processors} x ${result.processor}`,
        ].join('\n'),
      );
    });
}
