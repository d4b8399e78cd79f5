import { Command } from 'commander';
import { z } from 'zod';
import { allPicturesOf, drawnPictures } from '../bench/bench-pictures.js';
import { makeDataset } from '../bench/dataset/make-dataset.js';
import { Output } from '../output.js';
import { Problem } from '../problem.js';
import { parseOptions, wholeNumber } from './bench-options.js';

const DRAWN_HARD_NEGATIVES = 20;

const optionsSchema = z.object({
  pictures: z.string().optional(),
  drawn: wholeNumber(1, 100_000).optional(),
  out: z.string(),
  seed: wholeNumber(0, 4_294_967_295),
  references: wholeNumber(1, 100_000),
  distractorQueries: wholeNumber(0, 100_000),
  copies: wholeNumber(1, 10_000),
  hardNegatives: wholeNumber(0, 10_000).optional(),
});

/** `weft bench dataset`: a set of references, copies and truth from a folder of pictures, or from drawn patterns. */
export function datasetCommand(): Command {
  return new Command('dataset')
    .description('make a set of references and copies from pictures of distinct patterns')
    .option('--pictures <folder>', 'pictures, also in its folders; one of each pattern')
    .option('--drawn <count>', 'that many patterns of our own drawing in place of pictures')
    .requiredOption('--out <folder>', 'a new folder for references, queries and truth.csv')
    .option('--seed <number>', 'the same seed makes the same set', '1')
    .option('--references <count>', 'pictures that are registered', '150')
    .option('--distractor-queries <count>', 'queries of other pictures, which match nothing', '80')
    .option('--copies <count>', 'queries of each family and severity', '5')
    .option(
      '--hard-negatives <count>',
      `of drawn patterns: queries of each kind that look like a reference and are no copy (default ${DRAWN_HARD_NEGATIVES})`,
    )
    .action(async (_options: unknown, command: Command) => {
      const { pictures, drawn, ...options } = parseOptions(optionsSchema, command, 'weft bench dataset');
      const summary = await makeDataset({
        ...options,
        hardNegatives: hardNegativesOf(options.hardNegatives, drawn),
        pictures: await chosenPictures(pictures, drawn),
      });
      Output.of(command).result(
        summary,
        () =>
          `${summary.out}: ${summary.references} references, ${summary.copies} copies, ${summary.distractorQueries} queries without a match and ${summary.hardNegatives} hard negatives (seed ${summary.seed})`,
      );
    });
}

async function chosenPictures(folder: string | undefined, drawn: number | undefined) {
  if ((folder === undefined) === (drawn === undefined))
    throw new Problem('--pictures', 'or --drawn is needed, and not both', 'name a folder or give a number');
  return folder === undefined ? drawnPictures(drawn ?? 0) : allPicturesOf(folder);
}

function hardNegativesOf(given: number | undefined, drawn: number | undefined): number {
  if (drawn !== undefined) return given ?? DRAWN_HARD_NEGATIVES;
  if (given === undefined || given === 0) return 0;
  throw new Problem(
    '--hard-negatives',
    'can be made of drawn patterns only',
    'leave it out, or give --drawn in place of --pictures',
  );
}
