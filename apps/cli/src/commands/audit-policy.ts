import { Command } from 'commander';
import { z } from 'zod';
import { policyOfDirectory } from '#libs/audit';
import { FederationLogError, trustSchema, verifyDirectory } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { readJsonInput } from '../audit/read-input.js';
import { Output } from '../output.js';
import { Problem } from '../problem.js';

const optionsSchema = z.object({ directory: z.string(), trust: z.string() });

/** `weft audit policy`: the policy that a signed directory gives, on standard output. */
export function auditPolicyCommand(): Command {
  return new Command('policy')
    .description(
      'write the policy that a signed directory gives; compare its keys with another source before use',
    )
    .requiredOption('--directory <file>', 'the signed member directory')
    .requiredOption('--trust <file>', "the founders' keys, from a source of your own")
    .action(async (_options: unknown, command: Command) => {
      const files = optionsSchema.parse(command.opts());
      const trust = trustSchema.safeParse(await readJsonInput(files.trust));
      if (!trust.success) throw new Problem(files.trust, 'is no trust file', 'name the right file');
      const directory = await verifyDirectory(await readJsonInput(files.directory), trust.data).catch(
        (cause: unknown) => {
          if (!(cause instanceof FederationLogError)) throw cause;
          throw new Problem(files.directory, cause.message.replace(/\.$/, ''), 'get it from another member', {
            cause,
          });
        },
      );
      const policy = policyOfDirectory(nodeLogCrypto.sha256, trust.data, directory);
      Output.of(command).result(policy, () => JSON.stringify(policy, null, 2));
    });
}
