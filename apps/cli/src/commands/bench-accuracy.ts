import { Command } from 'commander';
import { z } from 'zod';
import { benchAccuracy } from '../bench/accuracy/bench-accuracy.js';
import { PEER_NAMES } from '../bench/accuracy/peers/peers.js';
import { accuracyText } from '../bench/accuracy/report-text.js';
import { Output } from '../output.js';
import { Problem } from '../problem.js';
import { parseOptions, sayOnStandardError, wholeNumber } from './bench-options.js';

const names = z
  .string()
  .default('')
  .transform((text) => [...new Set(text.split(',').filter((name) => name !== ''))]);
const optionsSchema = z.object({
  dataset: z.string(),
  results: z.string().optional(),
  peers: names.pipe(z.array(z.enum(PEER_NAMES, `knows only ${PEER_NAMES.join(', ')}`))),
  imagenetModel: z.string().optional(),
  heldOut: names,
  worst: wholeNumber(1, 1_000).optional(),
  out: z.string().optional(),
});

/** `weft bench accuracy`: how many copies of a data set are found, and how many others are taken for copies. */
export function accuracyCommand(): Command {
  return new Command('accuracy')
    .description('search the queries of a data set, each alone, and measure the answers')
    .requiredOption('--dataset <folder>', 'with references/<id>.jpg, queries/<id>.jpg and truth.csv')
    .option('--results <file>', 'write query,rank,reference,score,verdict: the best of each query')
    .option('--peers <names>', `other methods over the same pictures: ${PEER_NAMES.join(', ')}`)
    .option('--imagenet-model <file>', 'of the peer imagenet: an ONNX model from pixels to one vector')
    .option('--held-out <families>', 'families to measure together as well, such as those never trained on')
    .option('--worst <count>', 'write that many of the worst failures as pictures, with a list of them')
    .option('--out <folder>', 'where the worst failures go')
    .action(async (_options: unknown, command: Command) => {
      const { worst, out, ...options } = parseOptions(optionsSchema, command, 'weft bench accuracy');
      if ((worst === undefined) !== (out === undefined))
        throw new Problem(
          worst === undefined ? '--worst' : '--out',
          'is missing',
          'give --worst and --out together',
        );
      const request = {
        ...options,
        results: options.results,
        imagenetModel: options.imagenetModel,
        worst: worst === undefined || out === undefined ? undefined : { count: worst, out },
      };
      const report = await benchAccuracy(request, sayOnStandardError);
      Output.of(command).result(report, () => accuracyText(report));
    });
}
