import { Command } from 'commander';
import { z } from 'zod';
import { readConfig } from '../config.js';
import { Output } from '../output.js';
import { runUp } from '../up/run-up.js';

const optionsSchema = z.object({
  once: z.boolean().default(false),
  demo: z.boolean(),
  secondCoordinator: z.boolean().default(false),
});

/** `weft up`: a whole federation on this machine, until it is told to stop. */
export function upCommand(): Command {
  return new Command('up')
    .description(
      'start four province nodes, the coordinator and their databases on this machine, and stay up',
    )
    .option('--once', 'stop again after the demo check; 0 if it found what the demo planted')
    .option('--second-coordinator', 'run two processes of the coordinator side by side, on its one database')
    .option('--no-demo', 'start with the registries as they are: fill in no demo, check nothing')
    .action(async (_options: unknown, command: Command) => {
      const request = optionsSchema.parse(command.opts());
      process.exitCode = await runUp(readConfig(), request, Output.of(command));
    });
}
