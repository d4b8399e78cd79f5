import { readFileSync } from 'node:fs';
import {
  createAuditLog,
  createDataSource,
  createRegistry,
  migrate,
  PostgresShownOwners,
} from '#libs/persistence';
import { eraseRegistration, type Actor, type ErasedData } from '#libs/registry';
import { Command } from 'commander';
import { z } from 'zod';
import { readConfig } from '../config.js';
import { withProvince } from '../home/province-home.js';
import { Output } from '../output.js';
import { Problem } from '../problem.js';

const ACTOR: Actor = { kind: 'program', name: 'weft erase' };

const optionsSchema = z.object({
  province: z.string(),
  registration: z.array(z.string()),
  forGood: z.boolean().default(false),
});

/** What was erased of one registration. */
type Erased = ErasedData & { readonly registrationId: string };

/** `weft erase`: the personal data of registrations, for the operator at the machine. */
export function eraseCommand(): Command {
  return new Command('erase')
    .description(
      'erase the personal data of registrations: owner, reasons, and the salts of what the log commits to',
    )
    .requiredOption('--province <id>', 'whose registry it is')
    .requiredOption(
      '--registration <id>',
      'id of a registration, also of another province; may be given again',
      (id: string, before: readonly string[] = []) => [...before, id],
    )
    .option('--for-good', 'needed: what is erased comes back from a backup alone')
    .addHelpText(
      'after',
      "\nPicture, title, number and states stay; so do all entries of the log, and every proof. Run it again after it was\ninterrupted. Backups, exported tables and bundles that were given away are not reached.\nOf another province's registration that is erased which is kept about it here: reasons of findings, and its owner in checks.",
    )
    .action(async (_options: unknown, command: Command) => {
      const { province, registration, forGood } = optionsSchema.parse(command.opts());
      if (!forGood) {
        throw new Problem('arguments', 'erasing cannot be undone', 'say --for-good if it is to be done');
      }
      const erased = await run(province, registration);
      Output.of(command).result({ province, erased }, () => erased.map(wordsOf).join('\n'));
    });
}

function run(province: string, registrationIds: readonly string[]): Promise<Erased[]> {
  return withProvince(readConfig(), province, ({ home, databaseUrlFile }) =>
    eraseIn(readFileSync(databaseUrlFile, 'utf8').trim(), home.province, registrationIds),
  );
}

/**
 * Erases the personal data of registrations in a province's database, one after the other.
 * @throws RegistryError NOT_FOUND for one that is not there; those before it are erased
 */
export async function eraseIn(
  databaseUrl: string,
  province: string,
  registrationIds: readonly string[],
): Promise<Erased[]> {
  const dataSource = await createDataSource(databaseUrl);
  try {
    await migrate(dataSource);
    const desk = {
      registry: createRegistry(dataSource, province),
      log: createAuditLog(dataSource, province),
      clock: { now: () => new Date() },
      shownOwners: new PostgresShownOwners(dataSource),
    };
    const erased: Erased[] = [];
    for (const registrationId of registrationIds) {
      erased.push({ registrationId, ...(await eraseRegistration(desk, { registrationId, actor: ACTOR })) });
    }
    return erased;
  } finally {
    await dataSource.destroy();
  }
}

function wordsOf({ registrationId, owners, reasons, salts, shown }: Erased): string {
  const owner = owners > 0 ? 'owner' : 'no owner';
  return `${registrationId}: ${owner}, ${reasons} reasons and ${salts} salts erased; ${shown} checks had shown the owner`;
}
