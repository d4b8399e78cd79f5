import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { createDataSource, createDepositCopies, createRegistry, migrate } from '#libs/persistence';
import { readConfig } from '../config.js';
import { exportRegistry } from '../export/export-registry.js';
import { withProvince, type OpenProvince } from '../home/province-home.js';
import { Output } from '../output.js';

const optionsSchema = z.object({ province: z.string(), out: z.string() });

/** `weft export`: a province's registry as `weft import` takes it. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write a registry as "weft import" takes it: metadata.csv and the pictures')
    .requiredOption('--province <id>', 'whose registry')
    .requiredOption('--out <folder>', 'a new or empty folder')
    .action(async (_options: unknown, command: Command) => {
      const { province, out } = optionsSchema.parse(command.opts());
      const exported = await withProvince(readConfig(), province, (open) => exportProvince(open, out));
      Output.of(command).result(
        { province, ...exported },
        () =>
          `${province}: ${exported.registrations} registrations\nmetadata: ${exported.metadata}\npictures: ${exported.pictures}`,
      );
    });
}

async function exportProvince({ home, databaseUrlFile, depositCopiesDir }: OpenProvince, out: string) {
  const dataSource = await createDataSource(readFileSync(databaseUrlFile, 'utf8').trim());
  try {
    await migrate(dataSource);
    const registry = createRegistry(dataSource, home.province);
    return await exportRegistry(registry, createDepositCopies(depositCopiesDir), out);
  } finally {
    await dataSource.destroy();
  }
}
