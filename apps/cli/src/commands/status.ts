import { Command } from 'commander';
import { z } from 'zod';
import { openNode } from '../client/open-node.js';
import { isInOrder, logStateText } from '../client/log-state-text.js';
import { membersText } from '../client/tables.js';
import { readConfig } from '../config.js';
import { DEFAULT_MEMBERS } from '../home/weft-home.js';
import { Output } from '../output.js';

const optionsSchema = z.object({ province: z.string() });

/** `weft status`: the members as one node sees them; 0 if all answer in full and its log is witnessed, else 20. */
export function statusCommand(): Command {
  return new Command('status')
    .description("the members of the federation and how they answer, as one province's node sees them")
    .option('--province <id>', 'whose node to ask', DEFAULT_MEMBERS[0])
    .action(async (_options: unknown, command: Command) => {
      const { province } = optionsSchema.parse(command.opts());
      const node = openNode(readConfig(), province);
      const [members, logs] = [await node.members(), await node.logState()];
      Output.of(command).result({ ...members, logs }, () => `${membersText(members)}\n${logStateText(logs)}`);
      const inFull = members.members.every(({ outcome }) => outcome === 'ANSWERED');
      process.exitCode = inFull && isInOrder(logs) ? 0 : 20;
    });
}
