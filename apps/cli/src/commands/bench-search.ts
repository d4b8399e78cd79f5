import { Command } from 'commander';
import { z } from 'zod';
import { benchSearch, type SearchBench } from '../bench/bench-search.js';
import { Output } from '../output.js';
import { parseOptions, wholeNumber } from './bench-options.js';

const optionsSchema = z.object({
  patterns: wholeNumber(1, 5_000_000),
  dimension: wholeNumber(1, 4_096),
  searches: wholeNumber(1, 10_000),
  compared: wholeNumber(1, 10_000),
});

/** `weft bench search`: how fast the exact index is beside the memory's speed, and whether it finds everything. */
export function searchCommand(): Command {
  return new Command('search')
    .description(
      'time the exact index over drawn vectors, and compare it with a plain comparison of everything',
    )
    .option('--patterns <count>', 'vectors in the index', '106000')
    .option('--dimension <count>', 'numbers in a vector', '256')
    .option('--searches <count>', 'searches to measure, after a warm-up', '200')
    .option('--compared <count>', 'searches whose hits are compared with the plain ones', '20')
    .action(async (_options: unknown, command: Command) => {
      const output = Output.of(command);
      const options = parseOptions(optionsSchema, command, 'weft bench search');
      const result = await benchSearch(options, (line) => output.say(line));
      output.result(result, () => resultText(result));
    });
}

function resultText({ patterns, kinds }: SearchBench): string {
  const lines = Object.entries(kinds).map(
    ([kind, { single, peers, ...rest }]) =>
      `  ${kind}: median ${single.p50_ms} ms (${rest.times_of_reading} x reading the codes), 95% within ${single.p95_ms} ms, ` +
      `recall ${rest.recall50}, ${rest.scored_per_search} scores; plain JavaScript ${peers.plain_javascript.p50_ms} ms; ` +
      `${rest.memory_bytes_per_pattern} bytes a pattern`,
  );
  return [`One search for the 50 nearest of ${patterns}:`, ...lines].join('\n');
}
