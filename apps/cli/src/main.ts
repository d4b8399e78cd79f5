import { Command, CommanderError } from 'commander';
import { benchCommand } from './commands/bench.js';
import { checkCommand } from './commands/check.js';
import { demoCommand } from './commands/demo.js';
import { exportCommand } from './commands/export.js';
import { importCommand } from './commands/import.js';
import { statusCommand } from './commands/status.js';
import { upCommand } from './commands/up.js';
import { Output } from './output.js';
import { Problem, reportOf } from './problem.js';

/** The whole command line; every command takes `--json`. */
function weft(): Command {
  const program = new Command('weft')
    .description('经纬 Weft: a federated gateway between provincial copyright registries')
    .option('--json', 'results and errors as JSON');
  const commands = [
    upCommand(),
    statusCommand(),
    checkCommand(),
    demoCommand(),
    importCommand(),
    exportCommand(),
    benchCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands, ...commands.flatMap(({ commands: below }) => below)]) {
    command.exitOverride().configureOutput({ outputError: () => undefined });
  }
  return program;
}

/** Runs one command; whatever stops it is told in one line, and the exit code is 1. */
async function run(argv: readonly string[]): Promise<void> {
  const output = new Output(argv.includes('--json'));
  try {
    await weft().parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = 1;
    // "weft" alone has shown its help already.
    if (error instanceof CommanderError && error.code === 'commander.help') return;
    output.error(reportOf(error instanceof CommanderError ? usageProblem(error) : error));
    if (process.env['WEFT_DEBUG']) console.error(error);
  }
}

function usageProblem(error: CommanderError): Problem {
  return new Problem(
    'arguments',
    error.message.replace(/^error: /, ''),
    'see "weft --help" and "weft help COMMAND"',
  );
}

await run(process.argv);
