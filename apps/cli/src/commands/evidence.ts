import { Command } from 'commander';
import { z } from 'zod';
import { openNode } from '../client/open-node.js';
import { readConfig } from '../config.js';
import { writeWhole } from '../home/files.js';
import { DEFAULT_MEMBERS } from '../home/weft-home.js';
import { Output } from '../output.js';

const optionsSchema = z.object({ province: z.string(), out: z.string().optional() });

/** `weft evidence`: the evidence of one check as a file. */
export function evidenceCommand(): Command {
  return new Command('evidence')
    .description(
      'write the evidence of a check as one file, which "weft audit verify" reads without any server',
    )
    .argument('<check>', "a check's id")
    .option('--province <id>', 'whose node made the check', DEFAULT_MEMBERS[0])
    .option('--out <file>', 'where to write it; by default evidence-<check>.json here')
    .action(async (check: string, _options: unknown, command: Command) => {
      const { province, out } = optionsSchema.parse(command.opts());
      const bundle = await openNode(readConfig(), province, 'auditor').evidence(check);
      const file = out ?? `evidence-${check}.json`;
      writeWhole(file, bundle);
      Output.of(command).result(
        { check, file, bytes: bundle.length },
        () => `${file}: ${bundle.length} bytes`,
      );
    });
}
