import { Command } from 'commander';
import { diffLogs, type LogDifference } from '#libs/audit';
import { FederationLogError } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { exitCodeOfFault } from '../audit/audit-exit.js';
import { logFolder } from '../audit/log-folder.js';
import { Output } from '../output.js';

/** `weft audit diff`: 0 if one copy is the other, or its beginning. */
export function auditDiffCommand(): Command {
  return new Command('diff')
    .description('show where two copies of one log part; their signatures are for "verify"')
    .argument('<a>', 'folder of a log')
    .argument('<b>', 'folder of another copy of it')
    .action(async (a: string, b: string, _options: unknown, command: Command) => {
      const output = Output.of(command);
      try {
        const difference = await diffLogs(nodeLogCrypto, logFolder(a), logFolder(b));
        output.result(difference, () => differenceText(difference));
        process.exitCode = difference.relation === 'FORKED' ? exitCodeOfFault('FORKED_LOG') : 0;
      } catch (error) {
        if (!(error instanceof FederationLogError)) throw error;
        output.result({ relation: null, problem: error.message }, () => error.message);
        process.exitCode = exitCodeOfFault('NOT_A_BUNDLE');
      }
    });
}

function differenceText({ origin, sizes, relation, at }: LogDifference): string {
  const entries = `${sizes[0]} / ${sizes[1]}`;
  switch (relation) {
    case 'SAME':
      return `${origin}: 两份相同 / the copies are the same (${entries})`;
    case 'PREFIX':
      return `${origin}: 一份是另一份的开头 / one is the beginning of the other (${entries}), from entry ${at} on only one goes on`;
    case 'FORKED':
      return `${origin}: 两份自第 ${at} 条起不同 / the copies part at entry ${at} (${entries})`;
  }
}
