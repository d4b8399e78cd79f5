import { refingerprint, type Actor } from '#libs/registry';
import { Command } from 'commander';
import { z } from 'zod';
import { readConfig } from '../config.js';
import { withProvince } from '../home/province-home.js';
import { openImportDesk } from '../import/import-desk.js';
import { Output } from '../output.js';
import { INTERRUPTED, stopOnSignal } from '../stop-on-signal.js';

const ACTOR: Actor = { kind: 'program', name: 'weft refingerprint' };
const TELL_EVERY_MS = 5_000;
/** Failures that are named; the others are counted. */
const NAMED = 20;

const optionsSchema = z.object({ province: z.string() });

/** What a run came to, in patterns. */
interface Summary {
  readonly province: string;
  readonly modelDigest: string;
  readonly made: number;
  readonly failed: number;
  readonly failures: readonly { readonly patternId: string; readonly problem: string }[];
  readonly seconds: number;
  readonly interrupted: boolean;
}

/** `weft refingerprint`: what is missing of this program's version; 0, or 20 if a registration stays without. */
export function refingerprintCommand(): Command {
  return new Command('refingerprint')
    .description("make this program's fingerprints of a registry whose fingerprints are of another model")
    .requiredOption('--province <id>', 'whose registry it is')
    .addHelpText(
      'after',
      '\nRuns beside a node of the release before: run it to its end before that node is replaced, and the change costs\none restart. A run that was stopped goes on when it is run again.',
    )
    .action(async (_options: unknown, command: Command) => {
      const output = Output.of(command);
      const summary = await run(optionsSchema.parse(command.opts()).province, output);
      output.result(summary, () => summaryText(summary));
      if (summary.interrupted) process.exitCode = INTERRUPTED;
      else process.exitCode = summary.failed > 0 ? 20 : 0;
    });
}

function run(province: string, output: Output): Promise<Summary> {
  return withProvince(readConfig(), province, async (open) => {
    const desk = await openImportDesk(open);
    const stop = stopOnSignal();
    const { modelDigest } = desk.fingerprinter;
    const begun = performance.now();
    let made = 0;
    let failed = 0;
    const failures: { patternId: string; problem: string }[] = [];
    let told = begun;
    try {
      for await (const { pattern, problem } of refingerprint({
        ...desk,
        atOnce: desk.threads,
        actor: ACTOR,
      })) {
        if (problem === null) made += 1;
        else if ((failed += 1) <= NAMED) failures.push({ patternId: pattern.patternId, problem });
        if (performance.now() - told > TELL_EVERY_MS) {
          told = performance.now();
          output.say(`${made} made, ${failed} could not be made`);
        }
        if (stop.signal.aborted) break;
      }
    } finally {
      stop.forget();
      await desk.close();
    }
    const seconds = Number(((performance.now() - begun) / 1000).toFixed(1));
    return { province, modelDigest, made, failed, failures, seconds, interrupted: stop.signal.aborted };
  });
}

function summaryText({ province, made, failed, failures, seconds, interrupted }: Summary): string {
  return [
    `${province}: ${made} fingerprints made, ${failed} could not be made, in ${seconds} s`,
    ...failures.map(({ patternId, problem }) => `pattern ${patternId}: ${problem}`),
    ...(interrupted ? ['interrupted: run the same command again to go on'] : []),
  ].join('\n');
}
