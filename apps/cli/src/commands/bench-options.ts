import { type Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../problem.js';

/** A whole number of an option, from `least` to `most`. */
export function wholeNumber(least: number, most: number) {
  const problem = `is no whole number from ${least} to ${most}`;
  return z.coerce.number(problem).int(problem).min(least, problem).max(most, problem);
}

/** A command's options by their schema. @throws Problem naming the option */
export function parseOptions<T>(schema: z.ZodType<T>, command: Command, name: string): T {
  const parsed = schema.safeParse(command.opts());
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const option = String(issue?.path[0]).replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
  throw new Problem(`--${option}`, issue?.message ?? 'is wrong', `see "${name} --help"`);
}

/** How a long measurement gets on; never among its results. */
export function sayOnStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
