import { Command } from 'commander';
import { z } from 'zod';
import { benchCheck, type BenchResult } from '../bench/bench-check.js';
import { drawnPictures, picturesOf } from '../bench/bench-pictures.js';
import { accuracyCommand } from './bench-accuracy.js';
import { calibrateCommand } from './bench-calibrate.js';
import { datasetCommand } from './bench-dataset.js';
import { logBenchCommand } from './bench-log.js';
import { loadCommand } from './bench-load.js';
import { federationCommand } from './bench-federation.js';
import { parseOptions, wholeNumber } from './bench-options.js';
import { searchCommand } from './bench-search.js';
import { startBenchCommand } from './bench-start.js';
import { readConfig } from '../config.js';
import { DEFAULT_MEMBERS } from '../home/weft-home.js';
import { Output } from '../output.js';

const optionsSchema = z.object({
  pictures: z.string().optional(),
  patterns: wholeNumber(1, 100_000),
  checks: wholeNumber(1, 10_000),
});

/** `weft bench`: how long a check, a search and an entry of the log take, and how well copies are found. */
export function benchCommand(): Command {
  const check = new Command('check')
    .description('time duplicate checks over HTTP, picture decoding included, one after the other')
    .option('--pictures <folder>', 'register pictures of this folder in place of drawn ones')
    .option('--patterns <count>', 'patterns in each of the four provinces', '500')
    .option('--checks <count>', 'checks to measure, after a warm-up', '100')
    .action(async (_options: unknown, command: Command) => {
      const output = Output.of(command);
      const { pictures, patterns, checks } = parseOptions(optionsSchema, command, 'weft bench check');
      const count = patterns * DEFAULT_MEMBERS.length;
      const chosen = pictures === undefined ? drawnPictures(count) : await picturesOf(pictures, count);
      const result = await benchCheck(readConfig(), { pictures: chosen, checks }, (line) => output.say(line));
      output.result(result, () => resultText(result));
    });
  return new Command('bench')
    .description('measure this machine, and how well copies are found')
    .addCommand(check)
    .addCommand(searchCommand())
    .addCommand(startBenchCommand())
    .addCommand(logBenchCommand())
    .addCommand(federationCommand())
    .addCommand(loadCommand())
    .addCommand(datasetCommand())
    .addCommand(accuracyCommand())
    .addCommand(calibrateCommand());
}

function resultText(result: BenchResult): string {
  return [
    `${result.checks} checks over ${result.provinces} provinces with ${result.patterns} patterns in all, after ${result.warmUp} to warm up:`,
    `  median ${result.medianMs} ms, 95% within ${result.p95Ms} ms, slowest ${result.slowestMs} ms`,
    `  answered by all members: ${result.complete}; the mirrored picture first: ${result.foundFirst}`,
    `  ${result.processors} x ${result.processor}, model ${result.modelDigest.slice(7, 19)}`,
  ].join('\n');
}
