import { Command } from 'commander';
import { z } from 'zod';
import { benchSearch, type SearchBench } from '../bench/bench-search.js';
import { searchPeers } from '../bench/peers/search-peers.js';
import { Output } from '../output.js';
import { Problem } from '../problem.js';
import { parseOptions, sayOnStandardError, wholeNumber } from './bench-options.js';

const optionsSchema = z.object({
  patterns: wholeNumber(1, 5_000_000),
  dimension: wholeNumber(1, 4_096),
  searches: wholeNumber(1, 10_000),
  compared: wholeNumber(1, 1_000),
  batches: wholeNumber(1, 1_000),
  real: z.string().optional(),
  peers: z.string(),
  peerSearches: wholeNumber(1, 1_000),
  wholeLife: z.boolean().default(false),
});

/** `weft bench search`: how fast the exact index is beside the machine's speed and other engines, and whether it finds everything. */
export function searchCommand(): Command {
  const names = searchPeers().map(({ name }) => name);
  return new Command('search')
    .description('time the exact index beside the limits of this machine and beside other engines')
    .option('--patterns <count>', 'vectors in the index', '106000')
    .option('--dimension <count>', 'numbers in a vector', '256')
    .option('--searches <count>', 'searches to measure, after a warm-up', '200')
    .option('--compared <count>', 'searches whose hits are compared with the plain ones', '20')
    .option('--batches <count>', 'batches of 1,024 queries to measure; four times as many of 64', '3')
    .option('--real <folder>', "measure this model's vectors of drawn patterns too, kept in a folder")
    .option('--peers <names>', `"all", "none", or some of ${names.join(', ')}`, 'all')
    .option('--peer-searches <count>', 'searches of each peer', '15')
    .option('--whole-life', 'compare 10,800 queries with 106,000 patterns')
    .action(async (_options: unknown, command: Command) => {
      const options = parseOptions(optionsSchema, command, 'weft bench search');
      const peers = chosenPeers(options.peers);
      const result = await benchSearch({ ...options, peers }, sayOnStandardError);
      Output.of(command).result(result, () => resultText(result));
    });
}

/** @throws Problem for a name that is none */
function chosenPeers(names: string) {
  const all = searchPeers();
  if (names === 'all') return all;
  if (names === 'none') return [];
  return names.split(',').map((name) => {
    const peer = all.find((one) => one.name === name);
    if (!peer)
      throw new Problem(
        '--peers',
        `knows no ${name}`,
        `choose from ${all.map((one) => one.name).join(', ')}`,
      );
    return peer;
  });
}

function resultText({ patterns, kinds, peers, whole_life }: SearchBench): string {
  const lines = Object.entries(kinds).map(
    ([kind, one]) =>
      `  ${kind}: median ${one.single.p50_ms} ms (${one.times_of_reading} x reading the codes), 95% within ${one.single.p95_ms} ms, ` +
      `recall ${one.recall50}, ${one.scored_per_search} scores, proved by few ${one.proof_rate}; ` +
      `batches ${one.batch64.share_of_matmul} (64) and ${one.batch1024.share_of_matmul} (1,024) of the matrix product's ` +
      `${(one.limits.matmul_comparisons_per_s / 1e9).toFixed(3)} G comparisons/s; ${one.memory_bytes_per_pattern} bytes a pattern`,
  );
  const others = Object.entries(peers).map(
    ([name, { p50_ms, recall50, times_of_ours }]) =>
      `  ${name}: median ${p50_ms} ms, ${times_of_ours} x ours, recall ${recall50}`,
  );
  const life = whole_life ? [`  ${whole_life.comparisons} comparisons in ${whole_life.seconds} s`] : [];
  return [`One search for the 50 nearest of ${patterns}:`, ...lines, ...others, ...life].join('\n');
}
