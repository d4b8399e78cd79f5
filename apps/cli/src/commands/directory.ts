import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { readConfig } from '../config.js';
import { locateHome, type WeftHome } from '../home/weft-home.js';
import {
  installDirectory,
  proposeDirectory,
  signProposal,
  verified,
  type NamedDirectory,
} from '../keys/directory-epochs.js';
import { Output } from '../output.js';

const proposeSchema = z.object({ change: z.string(), key: z.string(), out: z.string() });

/** `weft directory`: the next epoch of the member directory, by a file that the bureaus pass on and each sign. */
export function directoryCommand(): Command {
  const directory = new Command('directory').description('the member directory and its next epoch');
  directory
    .command('propose')
    .description('write the next epoch, changed as a file says, with the first signature')
    .requiredOption('--change <file>', 'members, keys and calibrations to add, end, revoke or remove, JSON')
    .requiredOption('--key <file>', "the bureau's founder.jwk")
    .requiredOption('--out <file>', 'the proposal, to be passed on')
    .action(async (_options: unknown, command: Command) => {
      const { change, key, out } = proposeSchema.parse(command.opts());
      const files = { change: resolve(change), keyFile: resolve(key), out: resolve(out) };
      show(command, 'proposed', await proposeDirectory(home(), files, new Date()));
    });
  directory
    .command('sign <proposal>')
    .description('show a proposal and add a signature to its file')
    .requiredOption('--key <file>', "the bureau's founder.jwk")
    .action(async (proposal: string, _options: unknown, command: Command) => {
      const { key } = z.object({ key: z.string() }).parse(command.opts());
      show(command, 'signed', await signProposal(resolve(proposal), resolve(key)));
    });
  directory
    .command('verify <file>')
    .description('whether enough founders signed it')
    .action(async (file: string, _options: unknown, command: Command) => {
      show(command, 'valid', await verified(home(), resolve(file)));
    });
  directory
    .command('install <file>')
    .description('put the next epoch in force in this home; processes take it up when they start')
    .action(async (file: string, _options: unknown, command: Command) => {
      show(command, 'installed', await installDirectory(home(), resolve(file)));
    });
  return directory;
}

function home(): WeftHome {
  return locateHome(readConfig());
}

function show(command: Command, what: string, { directory, digest }: NamedDirectory): void {
  const members = directory.members.map(({ province }) => province);
  Output.of(command).result(
    { outcome: what, digest, directory },
    () => `${what}: epoch ${directory.epoch}, ${digest}; members ${members.join(', ')}`,
  );
}
