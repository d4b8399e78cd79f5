import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { readConfig } from '../config.js';
import { withProvince } from '../home/province-home.js';
import { locateHome } from '../home/weft-home.js';
import { IMPORTER, openImportDesk } from '../import/import-desk.js';
import { showProgress, silentProgress, type ImportCounts } from '../import/import-progress.js';
import { importTable } from '../import/import-table.js';
import { MetadataFile } from '../import/metadata-file.js';
import { PictureFolder } from '../import/picture-folder.js';
import { RejectsFile } from '../import/rejects-file.js';
import { Output } from '../output.js';
import { Problem } from '../problem.js';
import { INTERRUPTED, stopOnSignal } from '../stop-on-signal.js';

const optionsSchema = z.object({
  province: z.string(),
  pictures: z.string(),
  metadata: z.string(),
  rejects: z.string().optional(),
});

type Options = z.infer<typeof optionsSchema>;

/** What an import came to. */
interface ImportSummary extends Readonly<ImportCounts> {
  readonly province: string;
  readonly seconds: number;
  readonly perSecond: number;
  /** Null if no row was rejected. */
  readonly rejectsFile: string | null;
  /** Whether it was interrupted before the last row. */
  readonly interrupted: boolean;
}

/** `weft import`: an existing registry into a province's own; 0, or 1 if every row was rejected. */
export function importCommand(): Command {
  return new Command('import')
    .description('import an existing registry: a table of metadata and a folder of pictures')
    .requiredOption('--province <id>', 'whose registry it is')
    .requiredOption('--pictures <folder>', 'where the pictures are that the table names')
    .requiredOption('--metadata <file>', 'CSV with headings in Chinese or English; UTF-8 or GB18030')
    .option(
      '--rejects <file>',
      'where rows go that cannot be taken (default: beside the metadata, .rejects.csv)',
    )
    .addHelpText(
      'after',
      '\nRows that are there already are left as they are: an import that was stopped goes on when it is run again.\nThe rejects file says what is wrong; corrected, it can be imported itself.',
    )
    .action(async (_options: unknown, command: Command) => {
      const output = Output.of(command);
      const summary = await runImport(optionsSchema.parse(command.opts()), output);
      output.result(summary, () => summaryText(summary));
      if (summary.interrupted) process.exitCode = INTERRUPTED;
      else process.exitCode = allRejected(summary) ? 1 : 0;
    });
}

/** The arguments are looked at before anything is started. */
async function runImport(options: Options, output: Output): Promise<ImportSummary> {
  const config = readConfig();
  locateHome(config).province(options.province);
  const pictures = await PictureFolder.open(options.pictures);
  const metadata = await MetadataFile.open(options.metadata);
  const total = await metadata.countRows();
  const rejectsPath = options.rejects ?? options.metadata.replace(/(\.csv)?$/iu, '.rejects.csv');
  if (resolve(rejectsPath) === resolve(options.metadata)) {
    throw new Problem('--rejects', 'is the metadata file itself', 'name another file');
  }
  return withProvince(config, options.province, async (open) => {
    const desk = await openImportDesk(open);
    const stop = stopOnSignal();
    try {
      const table = { metadata, pictures, rejects: await RejectsFile.create(rejectsPath, metadata) };
      const progress = output.json ? silentProgress : showProgress(process.stderr, total);
      const begun = performance.now();
      let rejectsFile: string | null = null;
      const counts = await importTable(desk, table, IMPORTER, progress, stop.signal).finally(async () => {
        progress.close();
        rejectsFile = await table.rejects.close();
      });
      const seconds = (performance.now() - begun) / 1000;
      const done = counts.imported + counts.updated + counts.unchanged + counts.rejected;
      return {
        province: options.province,
        ...counts,
        seconds: Number(seconds.toFixed(1)),
        perSecond: Number((done / Math.max(seconds, 0.001)).toFixed(1)),
        rejectsFile,
        interrupted: stop.signal.aborted && done < total,
      };
    } finally {
      stop.forget();
      await desk.close();
    }
  });
}

function allRejected({ imported, updated, unchanged, rejected }: ImportSummary): boolean {
  return rejected > 0 && imported + updated + unchanged === 0;
}

function summaryText(summary: ImportSummary): string {
  const { province, imported, updated, unchanged, rejected, seconds, perSecond, rejectsFile } = summary;
  const lines = [
    `${province}: ${imported} imported, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected ` +
      `in ${seconds} s (${perSecond} rows/s)`,
  ];
  if (rejectsFile !== null) lines.push(`rejected rows, with what is wrong with them: ${rejectsFile}`);
  if (summary.interrupted) lines.push('interrupted: run the same command again to go on');
  return lines.join('\n');
}
