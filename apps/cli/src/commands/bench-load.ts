import { Command } from 'commander';
import { z } from 'zod';
import { benchLoad, type LoadBench } from '../bench/load/bench-load.js';
import { type Phase } from '../bench/load/load-phase.js';
import { type SampleTimes } from '../bench/load/samples.js';
import { readConfig } from '../config.js';
import { Output } from '../output.js';
import { parseOptions, sayOnStandardError, wholeNumber } from './bench-options.js';

const optionsSchema = z.object({
  patterns: wholeNumber(1, 1_000_000),
  verify: wholeNumber(0, 100),
  rate: z.coerce.number('is no number').min(0.1, 'is under 0.1').max(10_000, 'is over 10000'),
  minutes: z.coerce.number('is no number').min(0.1, 'is under 0.1').max(1_440, 'is over 1440'),
  step: wholeNumber(2, 600),
  mix: z.boolean().default(false),
  seed: wholeNumber(0, 2 ** 31),
});

/** `weft bench load`: how a federation bears load, and what it does beyond. */
export function loadCommand(): Command {
  return new Command('load')
    .description(
      'drive checks from ready fingerprints over four node processes as an open loop, up to saturation and beyond',
    )
    .option('--patterns <count>', 'drawn patterns in each of the four provinces', '2000')
    .option('--verify <count>', 'candidates that each member verifies for a check; 0 for none', '0')
    .option('--rate <checks>', 'checks a second over all provinces, in the long phase', '10')
    .option('--minutes <minutes>', 'of the long phase', '1')
    .option('--step <seconds>', 'at each rate of the climb to saturation', '15')
    .option('--mix', 'batches and imports beside the checks of the long phase')
    .option('--seed <number>', 'of the arrivals', '1')
    .action(async (_options: unknown, command: Command) => {
      const output = Output.of(command);
      const options = parseOptions(optionsSchema, command, 'weft bench load');
      const result = await benchLoad(readConfig(), options, sayOnStandardError);
      output.result(result, () => resultText(result));
    });
}

function resultText(result: LoadBench): string {
  const { patterns, provinces, verify, mix, hold, climb, saturation, beyond, memory } = result;
  return [
    `${provinces} provinces of ${patterns} patterns each, ${verify > 0 ? `${verify} candidates verified by each member` : 'nothing verified'}:`,
    ...phaseText(`${hold.seconds} s${mix ? ' with batches and imports' : ''}`, hold),
    ...climb.flatMap((phase) => phaseText('climbing', phase)),
    `saturation: ${saturation === null ? 'below all rates tried' : `${saturation} checks a second`}`,
    ...phaseText('twice that', beyond),
    `CLEAR without full coverage: ${result.false_clears}`,
    'resident memory during the long phase:',
    ...memory.map(
      (one) =>
        `  ${one.name}: ${one.first_mb} MB, then ${one.last_mb} MB, at most ${one.most_mb} MB; ${one.slope_mb_per_minute} MB a minute`,
    ),
    `${result.processors} x ${result.processor}, load ${result.load_before} before`,
  ].join('\n');
}

function phaseText(name: string, { rate, arrived, unsent, by_code, answered_per_second }: Phase): string[] {
  return [
    `${name}: ${rate} checks a second, ${arrived} arrived${unsent > 0 ? `, ${unsent} of them unsent` : ''}, ${answered_per_second} a second answered in full`,
    ...Object.entries(by_code).map(([code, times]) => `  ${code}: ${timesText(times)}`),
  ];
}

function timesText({ count, p50_ms, p95_ms, p99_ms }: SampleTimes): string {
  return `${count}, median ${p50_ms} ms, 95% within ${p95_ms} ms, 99% within ${p99_ms} ms`;
}
