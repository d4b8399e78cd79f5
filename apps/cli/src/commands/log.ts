import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { openNode } from '../client/open-node.js';
import { readConfig, type CliConfig } from '../config.js';
import { withProvince } from '../home/province-home.js';
import { DEFAULT_MEMBERS, locateHome } from '../home/weft-home.js';
import { coordinatorLog } from '../log/coordinator-log.js';
import { exportLog, type ReadLogFile } from '../log/export-log.js';
import { rebuildLog } from '../log/rebuild-log.js';
import { Output } from '../output.js';
import { Problem } from '../problem.js';
import { localAddress, planPorts } from '../up/ports.js';

const optionsSchema = z.object({
  province: z.string().optional(),
  coordinator: z.boolean().default(false),
});

const rebuildSchema = z.object({ province: z.string(), from: z.string() });

/** `weft log`: what can be done with a running party's log. */
export function logCommand(): Command {
  return new Command('log')
    .description("a party's signed log")
    .addCommand(exportCommand())
    .addCommand(rebuildCommand());
}

function exportCommand(): Command {
  return new Command('export')
    .description('write a whole log as files for an auditor, from a running node or the coordinator')
    .argument('<folder>', 'a new or empty folder')
    .option('--province <id>', 'whose log; read as an auditor of that node')
    .option('--coordinator', "the coordinator's log; read by its own certificate on this machine")
    .action(async (folder: string, _options: unknown, command: Command) => {
      const log = openLog(readConfig(), optionsSchema.parse(command.opts()));
      const exported = await exportLog(log, folder);
      Output.of(command).result(
        { folder, ...exported },
        () =>
          `${exported.origin}: ${exported.size} entries in ${exported.files} files, root ${exported.root}\n${folder}`,
      );
    });
}

function rebuildCommand(): Command {
  return new Command('rebuild')
    .description(
      "put a province's lost log back, byte for byte, out of another member's copy; the node must be stopped",
    )
    .requiredOption('--province <id>', 'whose log')
    .requiredOption('--from <folder>', "a copy: mirrors/<province> of a member's data folder, or an export")
    .action(async (_options: unknown, command: Command) => {
      const { province, from } = rebuildSchema.parse(command.opts());
      const config = readConfig();
      const rebuilt = await withProvince(config, province, ({ databaseUrlFile }) =>
        rebuildLog(locateHome(config), province, readFileSync(databaseUrlFile, 'utf8').trim(), from),
      );
      Output.of(command).result(
        rebuilt,
        () =>
          `${rebuilt.origin}: ${rebuilt.size} entries put back, root ${rebuilt.root}, ${rebuilt.cosignatures} cosignatures`,
      );
    });
}

function openLog(config: CliConfig, { province, coordinator }: z.infer<typeof optionsSchema>): ReadLogFile {
  if ((province === undefined) !== coordinator) {
    throw new Problem('--province', 'and --coordinator: give one of them', 'say whose log is wanted');
  }
  if (province !== undefined) {
    const node = openNode(config, province, 'auditor');
    return (path) => node.logFile(path);
  }
  const address = localAddress(planPorts(DEFAULT_MEMBERS, config.portBase).coordinatorLog);
  return coordinatorLog(address, locateHome(config).coordinator);
}
