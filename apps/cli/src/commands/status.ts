import { Command } from 'commander';
import { z } from 'zod';
import { openNode } from '../client/open-node.js';
import { membersText } from '../client/tables.js';
import { readConfig } from '../config.js';
import { DEFAULT_MEMBERS } from '../home/weft-home.js';
import { Output } from '../output.js';

const optionsSchema = z.object({ province: z.string() });

/** `weft status`: the members as one node sees them; 0 if all answer in full, else 20. */
export function statusCommand(): Command {
  return new Command('status')
    .description("the members of the federation and how they answer, as one province's node sees them")
    .option('--province <id>', 'whose node to ask', DEFAULT_MEMBERS[0])
    .action(async (_options: unknown, command: Command) => {
      const { province } = optionsSchema.parse(command.opts());
      const report = await openNode(readConfig(), province).members();
      Output.of(command).result(report, () => membersText(report));
      process.exitCode = report.members.every(({ outcome }) => outcome === 'ANSWERED') ? 0 : 20;
    });
}
