import { resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { z } from 'zod';
import { readConfig } from '../config.js';
import { compareWithFederation, type ComparedWithFederation } from '../dedupe/compare-with-federation.js';
import { dedupeRegistry, type DedupeRequest, type DedupeSummary } from '../dedupe/dedupe-registry.js';
import { withProvince } from '../home/province-home.js';
import { locateHome } from '../home/weft-home.js';
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
  federation: z.boolean().default(false),
  worklist: z.boolean().default(false),
});

/** `weft dedupe`: a registry compared with itself, or with the federation; 0, 20 if registrations could not be compared in full. */
export function dedupeCommand(): Command {
  return new Command('dedupe')
    .description(
      'compare a whole registry with itself or with the other provinces, and give duplicates to review',
    )
    .requiredOption('--province <id>', 'whose registry')
    .option('--out <file>', 'CSV for the groups, JSON beside it (default: dedupe-PROVINCE.csv here)')
    .option('--nearest <count>', 'nearest registrations of each that are looked at', '20')
    .option(
      '--at-least <cosine>',
      'similarity of embeddings from which two are compared geometrically',
      '0.5',
    )
    .option('--federation', 'check every registration against all other provinces instead')
    .option('--worklist', "put what is found on the node's worklist, where examiners see it")
    .option('--afresh', 'begin with the first registration again')
    .addHelpText(
      'after',
      '\nRuns beside the node at a low priority. A run that was stopped, or killed, goes on when it is run again;\nafter its end it compares only what was filed since. With --federation each registration is a check like any\nother: within the quotas of the other provinces, logged on both sides. --worklist adds what is not\non the list yet: what was closed there stays closed.',
    )
    .action(async (_options: unknown, command: Command) => {
      const output = Output.of(command);
      const options = parseOptions(optionsSchema, command, 'weft dedupe');
      const { province, federation, afresh, worklist } = options;
      const out = resolve(options.out ?? `dedupe-${province}${federation ? '-federation' : ''}.csv`);
      const stop = stopOnSignal();
      const shown = showProgress(process.stderr);
      const request = { afresh, out, worklist, signal: stop.signal, ...shown };
      try {
        const config = readConfig();
        const summary = await withProvince(config, province, async (open) =>
          federation
            ? foundElsewhere(
                await compareWithFederation(locateHome(config), open.home, {
                  ...request,
                  withholdRepeat: config.withholdRepeat,
                }),
              )
            : foundWithin(
                await dedupeRegistry(open, {
                  ...request,
                  nearest: options.nearest,
                  retrieveAt: options.atLeast,
                }),
              ),
        );
        shown.close();
        output.result(summary.result, () => summary.text);
        if (summary.result.interrupted) process.exitCode = INTERRUPTED;
        else process.exitCode = summary.result.incomplete.length > 0 ? 20 : 0;
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
    format: '{bar} {percentage}% | {value}/{total} | {pairs} found | {eta_formatted} left',
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
        output.write(`${done}/${total} registrations, ${pairs} found\n`);
      }
    },
    report: (problem) => {
      if ((told += 1) <= TOLD) output.write(`${problem}\n`);
    },
    close: () => bar.stop(),
  };
}

/** What a comparison came to, and how it is told. */
interface Told {
  readonly result: DedupeSummary | ComparedWithFederation;
  readonly text: string;
}

function foundWithin(result: DedupeSummary): Told {
  const { province, registrations, groups, pairs, csv, json } = result;
  const text =
    csv === null
      ? `${province}: interrupted after ${registrations} registrations; run the same command again to go on`
      : `${province}: ${groups} groups of duplicates (${pairs} pairs) among ${registrations} registrations\n${csv}\n${json}`;
  return { result, text: text + worklistText(result) + incompleteText(result) };
}

function foundElsewhere(result: ComparedWithFederation): Told {
  const { province, registrations, found, csv, json } = result;
  const again = result.interrupted ? '\ninterrupted: run the same command again to go on' : '';
  const text = `${province}: ${found.length} registrations of other provinces are like one of ${registrations} here\n${csv}\n${json}${again}`;
  return { result, text: text + worklistText(result) + incompleteText(result) };
}

function worklistText({ worklist }: Told['result']): string {
  if (worklist === null) return '';
  return `\nworklist: ${worklist.added} of ${worklist.found} pairs are new to it`;
}

function incompleteText({ incomplete }: Told['result']): string {
  if (incomplete.length === 0) return '';
  return `\n${incomplete.length} registrations could not be compared in full: ${incomplete.slice(0, TOLD).join(', ')}`;
}
