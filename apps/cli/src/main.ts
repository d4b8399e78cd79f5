import { Command, CommanderError } from 'commander';
import { errorCode } from './home/files.js';
import { Output } from './output.js';
import { Problem, reportOf } from './problem.js';

/** Each is loaded when it is named: a check does not wait for what only an import needs. */
const COMMANDS = new Map<string, () => Promise<Command>>([
  ['up', async () => (await import('./commands/up.js')).upCommand()],
  ['status', async () => (await import('./commands/status.js')).statusCommand()],
  ['check', async () => (await import('./commands/check.js')).checkCommand()],
  ['compare', async () => (await import('./commands/compare.js')).compareCommand()],
  ['demo', async () => (await import('./commands/demo.js')).demoCommand()],
  ['import', async () => (await import('./commands/import.js')).importCommand()],
  ['refingerprint', async () => (await import('./commands/refingerprint.js')).refingerprintCommand()],
  ['dedupe', async () => (await import('./commands/dedupe.js')).dedupeCommand()],
  ['export', async () => (await import('./commands/export.js')).exportCommand()],
  ['evidence', async () => (await import('./commands/evidence.js')).evidenceCommand()],
  ['report', async () => (await import('./commands/report.js')).reportCommand()],
  ['statistics', async () => (await import('./commands/statistics.js')).statisticsCommand()],
  ['log', async () => (await import('./commands/log.js')).logCommand()],
  ['audit', async () => (await import('./commands/audit.js')).auditCommand()],
  ['erase', async () => (await import('./commands/erase.js')).eraseCommand()],
  ['people', async () => (await import('./commands/people.js')).peopleCommand()],
  ['keys', async () => (await import('./commands/keys.js')).keysCommand()],
  ['directory', async () => (await import('./commands/directory.js')).directoryCommand()],
  ['bench', async () => (await import('./commands/bench.js')).benchCommand()],
]);

/** The command line as far as these arguments need it; every command takes `--json`. */
async function weft(args: readonly string[]): Promise<Command> {
  const program = new Command('weft')
    .description('经纬 Weft: a federated gateway between provincial copyright registries')
    .option('--json', 'results and errors as JSON');
  const named = COMMANDS.get(args.find((arg) => COMMANDS.has(arg)) ?? '');
  const loaded = await Promise.all((named ? [named] : [...COMMANDS.values()]).map((load) => load()));
  for (const command of loaded) program.addCommand(command);
  for (const command of [program, ...loaded, ...loaded.flatMap(({ commands }) => commands)]) {
    command.exitOverride().configureOutput({ outputError: () => undefined });
  }
  return program;
}

/** Runs one command; whatever stops it is told in one line, and the exit code is 1. */
async function run(argv: readonly string[]): Promise<void> {
  const output = new Output(argv.includes('--json'));
  try {
    await (await weft(argv.slice(2))).parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = 1;
    // "weft" alone has shown its help already.
    if (error instanceof CommanderError && error.code === 'commander.help') return;
    output.error(reportOf(error instanceof CommanderError ? usageProblem(error) : await explained(error)));
    if (process.env['WEFT_DEBUG']) console.error(error);
  }
}

/** A full disk and a database that is away are told as what they are, whichever command met them. */
async function explained(error: unknown): Promise<unknown> {
  if (error instanceof Problem) return error;
  const { storageProblem } = await import('#libs/persistence');
  return storageProblem(error) ?? error;
}

function usageProblem(error: CommanderError): Problem {
  return new Problem(
    'arguments',
    error.message.replace(/^error: /, ''),
    'see "weft --help" and "weft help COMMAND"',
  );
}

// Whoever read the output may be gone (`weft … | head`): the command still ends as it should.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (errorCode(error) !== 'EPIPE') throw error;
  });
}
await run(process.argv);
