import { resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { z } from 'zod';
import { readConfig } from '../config.js';
import { dedupeRegistry, type DedupeRequest, type DedupeSummary } from '../dedupe/dedupe-registry.js';
import { withProvince } from '../home/province-home.js';
import { Output } from '../output.js';
import { INTERRUPTED, stopOnSignal } from '../stop-on-signal.js';
import { parseOptions, wholeNumber } from './bench-options.js';

const LINE_EVERY_MS = 5_000;
/** Problems that are told; the others are counted with the registrations. */
const TOLD = 20;
const NO_COSINE = 'is no number from 0 to 1';

const optionsSchema = z.object({
  province: z.string(),
  out: z.string().optional(),
  nearest: wholeNumber(1, 99),
  atLeast: z.coerce.number(NO_COSINE).min(0, NO_COSINE).max(1, NO_COSINE),
  afresh: z.boolean().default(false),
});

/** `weft dedupe`: a registry compared with itself; 0, 20 if registrations could not be compared in full. */
export function dedupeCommand(): Command {
  return new Command('dedupe')
    .description('compare a whole registry with itself, and give groups of duplicates to review')
    .requiredOption('--province <id>', 'whose registry')
    .option('--out <file>', 'CSV for the groups, JSON beside it (default: dedupe-PROVINCE.csv here)')
    .option('--nearest <count>', 'nearest registrations of each that are looked at', '20')
    .option(
      '--at-least <cosine>',
      'similarity of embeddings from which two are compared geometrically',
      '0.5',
    )
    .option('--afresh', 'begin with the first registration again')
    .addHelpText(
      'after',
      '\nRuns beside the node at a low priority. A run that was stopped, or killed, goes on when it is run again;\nafter its end it compares only what was filed since.',
    )
    .action(async (_options: unknown, command: Command) => {
      const output = Output.of(command);
      const options = parseOptions(optionsSchema, command, 'weft dedupe');
      const { province, nearest, atLeast, afresh } = options;
      const out = resolve(options.out ?? `dedupe-${province}.csv`);
      const stop = stopOnSignal();
      const shown = showProgress(process.stderr);
      try {
        const summary = await withProvince(readConfig(), province, (open) =>
          dedupeRegistry(open, { nearest, retrieveAt: atLeast, afresh, out, signal: stop.signal, ...shown }),
        );
        shown.close();
        output.result(summary, () => summaryText(summary));
        if (summary.interrupted) process.exitCode = INTERRUPTED;
        else process.exitCode = summary.incomplete.length > 0 ? 20 : 0;
      } finally {
        shown.close();
        stop.forget();
      }
    });
}

function showProgress(
  output: NodeJS.WriteStream,
): Pick<DedupeRequest, 'progress' | 'report'> & { close(): void } {
  const bar = new SingleBar({
    stream: output,
    format: '{bar} {percentage}% | {value}/{total} | {pairs} pairs | {eta_formatted} left',
    hideCursor: true,
    fps: 5,
  });
  let told = 0;
  let next = Date.now() + LINE_EVERY_MS;
  return {
    progress(done, total, pairs) {
      if (output.isTTY) {
        if (bar.isActive) bar.update(done, { pairs });
        else bar.start(Math.max(total, done), done, { pairs });
      } else if (Date.now() >= next) {
        next = Date.now() + LINE_EVERY_MS;
        output.write(`${done}/${total} registrations, ${pairs} pairs\n`);
      }
    },
    report: (problem) => {
      if ((told += 1) <= TOLD) output.write(`${problem}\n`);
    },
    close: () => bar.stop(),
  };
}

function summaryText({
  province,
  registrations,
  groups,
  pairs,
  incomplete,
  csv,
  json,
}: DedupeSummary): string {
  return [
    csv === null
      ? `${province}: interrupted after ${registrations} registrations; run the same command again to go on`
      : `${province}: ${groups} groups of duplicates (${pairs} pairs) among ${registrations} registrations\n${csv}\n${json}`,
    ...(incomplete.length > 0
      ? [
          `${incomplete.length} registrations could not be compared in full: ${incomplete.slice(0, TOLD).join(', ')}`,
        ]
      : []),
  ].join('\n');
}
