import { Command } from 'commander';
import { z } from 'zod';
import { benchCalibrate, type MeasuredCalibration } from '../bench/calibration/bench-calibrate.js';
import { Output } from '../output.js';
import { parseOptions, sayOnStandardError, wholeNumber } from './bench-options.js';

const optionsSchema = z.object({
  dataset: z.string(),
  out: z.string(),
  gallery: wholeNumber(1, 1_000_000_000),
});

/** `weft bench calibrate`: thresholds and background from the queries of a data set that have no match. */
export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description('find the thresholds for a registry of some size from queries that match nothing')
    .requiredOption('--dataset <folder>', 'with many queries whose reference in truth.csv is empty')
    .requiredOption('--out <file>', 'where the calibration goes, as JSON')
    .option('--gallery <count>', 'patterns in the registry that it is for', '424000')
    .action(async (_options: unknown, command: Command) => {
      const options = parseOptions(optionsSchema, command, 'weft bench calibrate');
      const result = await benchCalibrate(options, sayOnStandardError);
      Output.of(command).result(result, () => resultText(result, options.out));
    });
}

function resultText({ id, gallery, duplicateAt, suspectedAt, measured }: MeasuredCalibration, out: string) {
  const line = (name: string, score: number, { wanted, upper, ...here }: typeof measured.duplicateAt) =>
    `  ${name} from ${score}: ${wanted} of unrelated queries among ${gallery} patterns (by the fit at most ${upper.toPrecision(2)}); ` +
    `here ${here.reached} of ${measured.queries} (at most ${here.reachedUpper.toPrecision(2)}) among ${measured.gallery}`;
  return [
    `${out}: ${id}, from ${measured.queries} queries without a match, highest score ${measured.highest.toFixed(4)}`,
    line('DUPLICATE', duplicateAt, measured.duplicateAt),
    line('SUSPECTED', suspectedAt, measured.suspectedAt),
    `  beyond ${measured.tail.from.toFixed(4)} a tail fitted to ${measured.tail.queries} scores: the further out, the less it knows`,
  ].join('\n');
}
