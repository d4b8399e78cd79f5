import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { Argon2Passwords } from '#libs/identity';
import { createDataSource, migrate, PostgresPeople } from '#libs/persistence';
import { addPerson, parseNewPerson, ROLES, type NewPerson, type SignedIn } from '#libs/registry';
import { readConfig } from '../config.js';
import { withProvince, type OpenProvince } from '../home/province-home.js';
import { locateHome } from '../home/weft-home.js';
import { Output } from '../output.js';
import { askNewPassword, readPasswordFile } from '../people/new-password.js';

const optionsSchema = z.object({
  province: z.string(),
  user: z.string(),
  role: z.array(z.string()),
  passwordFile: z.string().optional(),
});

/** `weft people`: who may log in at a province's node; for the operator at its machine. */
export function peopleCommand(): Command {
  const people = new Command('people').description("a province's own people");
  people
    .command('add')
    .description('let one more person log in')
    .requiredOption('--province <id>', 'whose node')
    .requiredOption('--user <name>', '2 to 32 of a-z, 0-9, dot, dash, underscore, a letter first')
    .addOption(
      new Option('--role <role>', `${ROLES.join(', ')}; once for each`)
        .argParser((role: string, roles: readonly string[] = []) => [...roles, role])
        .makeOptionMandatory(),
    )
    .option('--password-file <file>', 'the password, in a file of mode 0600 (default: it is asked for)')
    .action(async (_options: unknown, command: Command) => {
      const { province, user, role, passwordFile } = optionsSchema.parse(command.opts());
      const config = readConfig();
      locateHome(config).province(province);
      const password =
        passwordFile === undefined
          ? await askNewPassword({ input: process.stdin, output: process.stderr })
          : await readPasswordFile(passwordFile);
      const person = parseNewPerson({ user, password, roles: [...new Set(role)] });
      const added = await withProvince(config, province, (open) => add(open, person));
      Output.of(command).result(
        { province, ...added },
        () => `${province}: ${added.user} may log in as ${added.roles.join(', ')}`,
      );
    });
  return people;
}

async function add({ home, databaseUrlFile }: OpenProvince, person: NewPerson): Promise<SignedIn> {
  const dataSource = await createDataSource(readFileSync(databaseUrlFile, 'utf8').trim());
  try {
    await migrate(dataSource);
    const deps = {
      people: new PostgresPeople(dataSource, home.province),
      passwords: await Argon2Passwords.create(),
      clock: { now: () => new Date() },
    };
    return await addPerson(deps, person, { kind: 'program', name: 'weft people add' });
  } finally {
    await dataSource.destroy();
  }
}
