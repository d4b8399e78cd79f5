import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { KEY_USES } from '#libs/federation-log';
import { z } from 'zod';
import { readConfig } from '../config.js';
import { locateHome } from '../home/weft-home.js';
import { rotateKey } from '../keys/directory-epochs.js';
import { makeTrialHome } from '../keys/trial-home.js';
import { Output } from '../output.js';

const optionsSchema = z.object({ party: z.string(), use: z.enum(KEY_USES), out: z.string() });
const trialSchema = z.object({
  ...{ members: z.string(), address: z.string(), database: z.string() },
  secondCoordinator: z.boolean().default(false),
});

/** `weft keys`: a party's keys, on the machine that has its home. */
export function keysCommand(): Command {
  const keys = new Command('keys').description("a party's signing keys");
  keys
    .command('rotate')
    .description('make a new key, and the change of the directory that enters it')
    .requiredOption('--party <id>', 'a province, or coordinator')
    .addOption(new Option('--use <use>', 'what it signs').choices(KEY_USES).makeOptionMandatory())
    .requiredOption('--out <file>', 'the change, for "weft directory propose"')
    .action(async (_options: unknown, command: Command) => {
      const { party, use, out } = optionsSchema.parse(command.opts());
      const home = locateHome(readConfig());
      const change = await rotateKey(home, { party, use, out: resolve(out) }, new Date());
      Output.of(command).result(change, () => `${party}: a new key for ${use}; propose ${out}`);
    });
  keys
    .command('trial')
    .description('make all keys of a federation for trying out, each party in a container of its own')
    .requiredOption('--members <ids>', 'provinces, with commas between them')
    .option('--address <pattern>', "host:port of a party's gRPC", '{party}:7443')
    .option(
      '--database <pattern>',
      "PostgreSQL URL of a party's database",
      'postgresql://weft@postgres-{party}:5432/weft',
    )
    .option('--second-coordinator', 'with a second process of the coordinator, "coordinator-2"')
    .action(async (_options: unknown, command: Command) => {
      const { members, ...patterns } = trialSchema.parse(command.opts());
      const home = locateHome(readConfig());
      const made = await makeTrialHome(home, { ...patterns, members: members.split(',') }, new Date());
      Output.of(command).result(
        { home: home.root, members: made },
        () => `${home.root}: ${made.join(', ')} and the coordinator`,
      );
    });
  return keys;
}
