import { Command } from 'commander';
import { z } from 'zod';
import { benchAccuracy, PEERS } from '../bench/accuracy/bench-accuracy.js';
import { accuracyText } from '../bench/accuracy/report-text.js';
import { Output } from '../output.js';
import { parseOptions } from './bench-options.js';

const optionsSchema = z.object({
  dataset: z.string(),
  results: z.string().optional(),
  peers: z
    .string()
    .default('')
    .transform((text) => [...new Set(text.split(',').filter((name) => name !== ''))])
    .pipe(z.array(z.enum(PEERS, `knows only ${PEERS.join(', ')}`))),
});

/** `weft bench accuracy`: how many copies of a data set are found, and how many others are taken for copies. */
export function accuracyCommand(): Command {
  return new Command('accuracy')
    .description('search the queries of a data set, each alone, and measure the answers')
    .requiredOption('--dataset <folder>', 'with references/<id>.jpg, queries/<id>.jpg and truth.csv')
    .option('--results <file>', 'write query,rank,reference,score,verdict: the best of each query')
    .option('--peers <names>', `other methods over the same pictures: ${PEERS.join(', ')}`)
    .action(async (_options: unknown, command: Command) => {
      const options = parseOptions(optionsSchema, command, 'weft bench accuracy');
      const report = await benchAccuracy({ ...options, results: options.results });
      Output.of(command).result(report, () => accuracyText(report));
    });
}
