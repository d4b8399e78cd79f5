import { type Command } from 'commander';
import { z } from 'zod';
import { type ErrorReport } from './problem.js';

const globalOptions = z.object({ json: z.boolean().default(false) });

/** Where a command's result goes: a text for people, or one JSON value with `--json`. */
export class Output {
  constructor(readonly json: boolean) {}

  /** The output that the command line asks for; `--json` may stand before or after the command's name. */
  static of(command: Command): Output {
    return new Output(globalOptions.parse(command.optsWithGlobals()).json);
  }

  /** The command's result, on standard output. */
  result(value: unknown, text: () => string): void {
    process.stdout.write(`${this.json ? JSON.stringify(value, null, 2) : text()}\n`);
  }

  /** What happens meanwhile: on standard output for people, on standard error beside JSON. */
  say(line: string): void {
    (this.json ? process.stderr : process.stdout).write(`${line}\n`);
  }

  /** What stopped the command: one line on standard error. */
  error({ error }: ErrorReport): void {
    const about = error.field === 'weft' ? '' : `${error.field}: `;
    const line = this.json ? JSON.stringify({ error }) : `weft: ${about}${error.problem}; ${error.remedy}`;
    process.stderr.write(`${line}\n`);
  }
}
