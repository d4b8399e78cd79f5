import { Command } from 'commander';
import { z } from 'zod';
import { allPicturesOf } from '../bench/bench-pictures.js';
import { makeDataset } from '../bench/dataset/make-dataset.js';
import { Output } from '../output.js';
import { parseOptions, wholeNumber } from './bench-options.js';

const optionsSchema = z.object({
  pictures: z.string(),
  out: z.string(),
  seed: wholeNumber(0, 4_294_967_295),
  references: wholeNumber(1, 100_000),
  distractorQueries: wholeNumber(0, 100_000),
  copies: wholeNumber(1, 10_000),
});

/** `weft bench dataset`: a set of references, copies and truth from a folder of pictures. */
export function datasetCommand(): Command {
  return new Command('dataset')
    .description('make a set of references and copies from a folder of pictures of distinct patterns')
    .requiredOption('--pictures <folder>', 'pictures, also in its folders; one of each pattern')
    .requiredOption('--out <folder>', 'a new folder for references, queries and truth.csv')
    .option('--seed <number>', 'the same seed makes the same set', '1')
    .option('--references <count>', 'pictures that are registered', '150')
    .option('--distractor-queries <count>', 'queries of other pictures, which match nothing', '80')
    .option('--copies <count>', 'queries of each family and severity', '5')
    .action(async (_options: unknown, command: Command) => {
      const options = parseOptions(optionsSchema, command, 'weft bench dataset');
      const pictures = await allPicturesOf(options.pictures);
      const output = Output.of(command);
      const summary = await makeDataset({ ...options, pictures });
      output.result(
        summary,
        () =>
          `${summary.out}: ${summary.references} references, ${summary.copies} copies and ${summary.distractorQueries} queries without a match (seed ${summary.seed})`,
      );
    });
}
