import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import type { Revocations } from '#libs/federation-log';
import { readConfig } from '../config.js';
import { locateHome, type WeftHome } from '../home/weft-home.js';
import {
  installDirectory,
  proposeDirectory,
  signProposal,
  verified,
  type NamedDirectory,
} from '../keys/directory-epochs.js';
import { installRevocations, issueRevocations, signRevocationList } from '../keys/revocation-files.js';
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
  addRevoking(directory);
  return directory;
}

const many = (value: string, before: readonly string[] = []): string[] => [...before, value];
const revokeSchema = z.object({
  certificate: z.array(z.string()),
  kid: z.array(z.string()),
  party: z.array(z.string()),
  key: z.array(z.string()),
  out: z.string(),
});

/** The revocation list: issued at least once an hour, also with nothing new on it. */
function addRevoking(directory: Command): void {
  directory
    .command('revoke')
    .description(
      'write the next revocation list, with what is named here and all before it, under these signatures',
    )
    .option('--certificate <file>', 'a certificate, PEM; may be given again', many, [])
    .option('--kid <thumbprint>', 'a signing key; may be given again', many, [])
    .option(
      '--party <id>',
      'a province or coordinator, with all its certificates; may be given again',
      many,
      [],
    )
    .requiredOption('--key <file>', "a bureau's founder.jwk; may be given again", many)
    .requiredOption('--out <file>', 'the list, to be passed on')
    .action(async (_options: unknown, command: Command) => {
      const { certificate, kid, party, key, out } = revokeSchema.parse(command.opts());
      const files = {
        certificates: certificate.map((one) => resolve(one)),
        keyFiles: key.map((one) => resolve(one)),
      };
      const order = { ...files, keys: kid, parties: party, out: resolve(out) };
      showList(command, 'issued', await issueRevocations(home(), order, new Date()));
    });
  directory
    .command('sign-revocations <list>')
    .description('show a revocation list and add a signature to its file')
    .requiredOption('--key <file>', "the bureau's founder.jwk")
    .action(async (list: string, _options: unknown, command: Command) => {
      const { key } = z.object({ key: z.string() }).parse(command.opts());
      showList(command, 'signed', await signRevocationList(resolve(list), resolve(key)));
    });
  directory
    .command('install-revocations <list>')
    .description('put a list in force in this home; running processes take it up within seconds')
    .action(async (list: string, _options: unknown, command: Command) => {
      showList(command, 'installed', await installRevocations(home(), resolve(list), new Date()));
    });
}

function showList(command: Command, what: string, list: Revocations): void {
  const { number, issuedAt, certificates, keys, parties } = list;
  Output.of(command).result(
    { outcome: what, list },
    () =>
      `${what}: list ${number} of ${issuedAt}; ${certificates.length} certificates, ${keys.length} keys, ${parties.length} parties revoked`,
  );
}

function home(): WeftHome {
  return locateHome(readConfig());
}

function show(command: Command, what: string, { directory, digest }: NamedDirectory): void {
  const members = directory.members.map(({ province }) => province);
  const outside = (directory.witnesses ?? []).map(({ vkey, url }) => `${vkey} at ${url}`);
  Output.of(command).result(
    { outcome: what, digest, directory },
    () =>
      `${what}: epoch ${directory.epoch}, ${digest}; members ${members.join(', ')}` +
      (outside.length > 0 ? `; outside witnesses ${outside.join(', ')}` : ''),
  );
}
